using TransferLearning.TestKit;
using static TransferLearning.Tests.Weights.PyTorch.TestCheckpoint;

namespace TransferLearning.Tests.Weights.PyTorch;

public sealed class LegacyCheckpointTests : IDisposable
{
    private static readonly byte[] Valid = Legacy(Pickle.StateDict(("x", [2])).ToArray(), ("0", 2, Floats(1, 2)));

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private string Refusal(byte[] content) => FluentActions.Invoking(() => WeightFile.Open(_folder.Write("weights.th", content)))
        .Should().Throw<WeightFormatException>().Which.Message;

    [Fact]
    public void Every_shorter_file_is_refused()
    {
        for (var length = 0; length < Valid.Length; length++) Refusal(Valid[..length]).Should().NotBeEmpty();
    }

    [Fact]
    public void Trailing_bytes_are_refused() => Refusal([.. Valid, 0]).Should().Contain("1 bytes follow");

    [Fact]
    public void A_pickle_of_something_else_is_refused() =>
        Refusal(new Pickle().Integer(7).ToArray()).Should().Contain("none that torch.save wrote");

    [Fact]
    public void A_text_pickle_that_asks_for_code_is_named() =>
        Refusal("cos\nsystem\n(S'echo'\ntR."u8.ToArray()).Should().Contain("'os.system'");

    [Fact]
    public void Storages_must_be_described_and_present()
    {
        var pickle = Pickle.StateDict(("x", [2])).ToArray();
        Refusal(Legacy(pickle)).Should().Contain("lacks storage '0'");
        Refusal(Legacy(pickle, ("0", 3, Floats(1, 2, 3)))).Should().Contain("should have 2 elements but has 3");
        Refusal(Legacy(pickle, ("1", 2, Floats(1, 2)))).Should().Contain("nothing refers to its storage '1'");
        Refusal(Legacy(pickle, ("0", 2, Floats(1, 2)), ("0", 2, Floats(1, 2)))).Should().Contain("twice");
    }
}
