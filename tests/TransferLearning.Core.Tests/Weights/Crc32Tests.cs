namespace TransferLearning.Tests.Weights;

public class Crc32Tests
{
    [Fact]
    public void The_check_value_of_the_standard() => Crc32.Append(0, "123456789"u8).Should().Be(0xCBF43926);

    [Fact]
    public void Parts_give_the_checksum_of_the_whole()
    {
        byte[] bytes = [.. Enumerable.Range(0, 100).Select(i => (byte)(i * 7))];
        for (var cut = 0; cut <= bytes.Length; cut++)
            Crc32.Append(Crc32.Append(0, bytes.AsSpan(..cut)), bytes.AsSpan(cut..)).Should().Be(Crc32.Append(0, bytes));
    }
}
