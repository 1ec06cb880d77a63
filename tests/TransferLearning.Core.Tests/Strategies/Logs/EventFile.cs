using System.Buffers.Binary;
using System.Numerics;
using Tensorboard;

namespace TransferLearning.Tests.Strategies.Logs;

/// <summary>Reads TensorBoard's files: records of a length, its checksum, an event, and its checksum.</summary>
internal static class EventFile
{
    public static List<(string Tag, long At, float Value)> Scalars(string folder)
    {
        var file = Directory.GetFiles(folder).Should().ContainSingle("a run has one log").Subject;
        var events = Read(File.ReadAllBytes(file)).ToList();
        events[0].FileVersion.Should().Be("brain.Event:2");
        return [
            .. events.Skip(1).Select(one => (one.Summary.Value.Should().ContainSingle().Subject.Tag, one.Step, one.Summary.Value[0].SimpleValue))];
    }

    private static IEnumerable<Event> Read(byte[] bytes)
    {
        for (var at = 0; at < bytes.Length;)
        {
            var length = (int)BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(at));
            BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(at + 8)).Should().Be(Checksum(bytes.AsSpan(at, 8)));
            BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(at + 12 + length)).Should().Be(Checksum(bytes.AsSpan(at + 12, length)));
            yield return Event.Parser.ParseFrom(bytes, at + 12, length);
            at += 16 + length;
        }
    }

    /// <summary>CRC-32C, turned right by 15 bits and moved by a constant.</summary>
    private static uint Checksum(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var value in bytes) crc = BitOperations.Crc32C(crc, value);
        return BitOperations.RotateRight(~crc, 15) + 0xA282EAD8;
    }
}
