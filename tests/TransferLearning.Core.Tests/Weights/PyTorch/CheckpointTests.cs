using TransferLearning.TestKit;
using TorchSharp;
using static TorchSharp.torch;
using static TransferLearning.Tests.Weights.PyTorch.TestCheckpoint;

namespace TransferLearning.Tests.Weights.PyTorch;

/// <summary>What both forms of checkpoints share, and the attacks that both must withstand.</summary>
public sealed class CheckpointTests : IDisposable
{
    private static readonly byte[] Six = Floats(1, 2, 3, 4, 5, 6);

    private readonly TemporaryFolder _folder = new();
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose()
    {
        _scope.Dispose();
        _folder.Dispose();
    }

    private static readonly string[] BothForms = ["zip", "legacy"];

    public static TheoryData<string> Forms => [.. BothForms];

    private WeightFile Open(string form, Pickle pickle, long count = 6) => WeightFile.Open(_folder.Write("weights.pt", form == "zip"
        ? Zip(pickle.ToArray(), ("0", Six))
        : Legacy(pickle.ToArray(), ("0", count, Six))));

    private string Refusal(string form, Pickle pickle) =>
        FluentActions.Invoking(() => Open(form, pickle)).Should().Throw<WeightFormatException>().Which.Message;

    [Theory]
    [MemberData(nameof(Forms))]
    public void Reads_a_state_dict(string form)
    {
        using var file = Open(form, Pickle.StateDict(("fc.weight", [2, 3])));
        file.Format.Should().Be($"PyTorch {form}");
        file.Tensors["fc.weight"].ToString().Should().Be("F32 [2, 3]");
        file.Read("fc.weight").data<float>().Should().Equal(1, 2, 3, 4, 5, 6);
        file.Read("fc.weight", ScalarType.Float64).dtype.Should().Be(ScalarType.Float64);
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public void Reads_views_of_a_shared_storage(string form)
    {
        using var file = Open(form, new Pickle().Dict().Mark()
            .Text("transposed").Tensor("0", 6, 0, [3, 2], [1, 3])
            .Text("tail").Tensor("0", 6, 4, [2], [1])
            .Text("number").Tensor("0", 6, 5, [], [])
            .Text("repeated").Tensor("0", 6, 1, [2, 2], [0, 1])
            .Text("empty").Tensor("0", 6, 6, [0, 3], [3, 1]).SetItems());
        var whole = file.Tensors.Keys.ToDictionary(name => name, file.Read);
        whole["transposed"].is_contiguous().Should().BeTrue();
        whole["transposed"].data<float>().Should().Equal(1, 4, 2, 5, 3, 6);
        whole["tail"].data<float>().Should().Equal(5, 6);
        whole["number"].item<float>().Should().Be(6);
        whole["repeated"].data<float>().Should().Equal(2, 3, 2, 3);
        whole["empty"].shape.Should().Equal(0, 3);
    }

    [Fact]
    public void Tensors_of_a_shared_storage_outlive_file_and_scope()
    {
        var pickle = new Pickle().Dict().Mark().Text("a").Tensor("0", 6, 0, [3], [1]).Text("b").Tensor("0", 6, 3, [3], [1]).SetItems();
        using var file = Open("zip", pickle);
        using (NewDisposeScope()) file.Read("a").Dispose();
        var b = file.Read("b");
        file.Dispose();
        b.data<float>().Should().Equal(4, 5, 6);
    }

    [Fact]
    public void Reads_a_part_of_a_storage_in_the_legacy_form()
    {
        var pickle = new Pickle().Dict().Mark().Text("part").Global("torch._utils", "_rebuild_tensor").Mark()
            .Storage("0", 6, "FloatStorage", "part", 2, 3).Integer(1).Integers(2).Integers(1).Tuple().Reduce().SetItems();
        using var file = Open("legacy", pickle);
        file.Read("part").data<float>().Should().Equal(4, 5);
    }

    [Theory]
    [InlineData("os", "system")]
    [InlineData("builtins", "eval")]
    [InlineData("torch", "load")]
    [InlineData("collections", "OrderedDict.fromkeys")]
    [InlineData("torch._utils", "_rebuild_tensor_v2.__globals__")]
    [InlineData("torchvision.models.resnet", "ResNet")]
    public void A_name_that_is_not_allowed_is_refused_and_named(string module, string name)
    {
        foreach (var form in BothForms)
            Refusal(form, new Pickle().Global(module, name).Mark().Text("echo").Tuple().Reduce())
                .Should().Contain($"'{module}.{name}'").And.Contain("nothing was run").And.Contain("state_dict()");
    }

    public static TheoryData<string> OtherValues =>
    [
        "cargparse\nNamespace\n)\u0081}(U\u0002lrK\u0001ub",
        "cpathlib\nPosixPath\n(U\u0001/U\u0004runstR",
        "ccollections\ndefaultdict\nc__builtin__\nlist\n\u0085R(U\u0001x]u",
        "ccollections\nCounter\n}\u0085R(U\u0001xK\u0001u",
        "ccollections\ndeque\n)R(K\u0001K\u0002e",
        "c__builtin__\ncomplex\nK\u0001K\u0002\u0086R",
        "cos\nsystem\nU\u0004echo\u0085R",
        "ctimm.config\nConfig\n)}\u0092",
        "(cnets\nNet\nK\u0001o",
        "(K\u0001inets\nNet\n",
        "cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\nK\0\u0085C\u0001b\u0087R(K\u0001K\u0001\u0085cnumpy\ndtype\nU\u0002O8\u0085R(K\u0003U\u0001|NNNK\u0001K\u0001K\u0001tb\u0089]Natb",
        "cnumpy.core.multiarray\nscalar\ncnumpy\ndtype\nU\u0002f8\u0085RU\u000812345678\u0086R",
    ];

    [Theory]
    [MemberData(nameof(OtherValues))]
    public void What_is_no_tensor_lies_inert_beside_the_weights(string value)
    {
        foreach (var form in BothForms)
        {
            using var file = Open(form, new Pickle().Dict().Mark().Text("args").Raw([.. value.Select(c => (byte)c)])
                .Text("state_dict").Dict().Mark().Text("weight").Tensor("0", 6, 0, [6], [1]).SetItems().SetItems());
            file.Read("weight").data<float>().Should().Equal(1, 2, 3, 4, 5, 6);
        }
    }

    [Fact]
    public void A_parameter_with_attributes_is_a_tensor()
    {
        var pickle = new Pickle().Dict().Mark().Text("weight").Global("torch._utils", "_rebuild_parameter_with_state")
            .Mark().Tensor("0", 6, 0, [6], [1]).Raw(0x88).Dict().Dict().Tuple().Reduce().SetItems();
        using var file = Open("zip", pickle);
        file.Tensors["weight"].ToString().Should().Be("F32 [6]");
    }

    [Fact]
    public void A_tensor_of_a_kind_that_is_not_read_is_refused_beside_others() =>
        Refusal("zip", new Pickle().Dict().Mark().Text("x").Tensor("0", 6, 0, [6], [1])
            .Text("q").Global("torch._utils", "_rebuild_qtensor").Raw((byte)')').Reduce().SetItems())
            .Should().Contain("'torch._utils._rebuild_qtensor'");

    [Fact]
    public void A_whole_module_of_the_legacy_form_is_refused_by_its_class() =>
        Refusal(
            "legacy", new Pickle().Mark().Text("module").Global("nets", "Net").Text("net.py").Text("class Net").Tuple().Raw((byte)'Q', (byte)')', 0x81))
            .Should().Contain("'nets.Net'").And.Contain("state_dict()");

    [Theory]
    [InlineData(-1, 6, 1)]
    [InlineData(0, 7, 1)]
    [InlineData(1, 6, 1)]
    [InlineData(0, 3, 3)]
    [InlineData(0, 6, -1)]
    [InlineData(0, -6, 1)]
    [InlineData(long.MaxValue, 2, long.MaxValue)]
    [InlineData(0, long.MaxValue, 0)]
    public void A_view_that_leaves_its_storage_is_refused(long offset, long size, long stride)
    {
        foreach (var form in BothForms)
            Refusal(
                form, new Pickle().Dict().Mark().Text("x").Tensor("0", 6, offset, [size], [stride]).SetItems()).Should().Contain("tensor");
    }

    [Fact]
    public void A_small_storage_cannot_be_expanded_to_a_huge_tensor() =>
        Refusal(
            "zip", new Pickle().Dict().Mark().Text("x").Tensor("0", 6, 0, [1_000_000_000], [0]).SetItems()).Should().Contain("too often");

    [Theory]
    [MemberData(nameof(Forms))]
    public void A_storage_of_another_size_is_refused(string form)
    {
        Refusal(form, Pickle.StateDict(("x", [7]))).Should().Contain("storage '0'");
        Refusal(form, Pickle.StateDict(("x", [1L << 62]))).Should().Contain("impossible");
        Refusal(form, Pickle.StateDict(("x", [1L << 40]))).Should().Contain("storage '0'");
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public void A_storage_described_in_two_ways_is_refused(string form) =>
        Refusal(
            form, new Pickle().Dict().Mark().Text("x").Tensor("0", 6, 0, [6], [1]).Text("y").Tensor("0", 3, 0, [3], [1], "DoubleStorage").SetItems())
            .Should().Contain("twice and differently");

    [Fact]
    public void Names_of_storages_are_only_looked_up_in_the_archive()
    {
        var pickle = new Pickle().Dict().Mark().Text("x").Tensor("../../../etc/passwd", 6, 0, [6], [1]).SetItems();
        Refusal("zip", pickle).Should().Contain("lacks storage '../../../etc/passwd'");
    }

    [Fact]
    public void Containers_without_end_are_refused()
    {
        var itself = new Pickle().Raw((byte)']').Raw((byte)'q', 0).Raw((byte)'h', 0).Raw((byte)'a');
        Refusal("zip", itself).Should().Contain("without end");

        // Each dictionary holds the one before twice: 2^60 paths in a few hundred bytes.
        var shared = new Pickle().Dict().Raw((byte)'q', 0);
        for (byte level = 1; level < 30; level++)
            shared.Dict().Mark().Text("a").Raw((byte)'h', (byte)(level - 1)).Text("b").Raw((byte)'h', (byte)(level - 1)).SetItems()
                .Raw((byte)'q', level);
        Refusal("zip", shared).Should().Contain("without end");
    }

    [Theory]
    [InlineData("}0}0}0u")]
    [InlineData("((((((")]
    [InlineData("R")]
    [InlineData("h\u0005")]
    [InlineData("NN\u0086\u0092")]
    [InlineData("(No")]
    [InlineData("(icollections\nOrderedDict\n")]
    [InlineData(")b")]
    [InlineData("N)R")]
    [InlineData("\u0085")]
    [InlineData("(NNNu")]
    public void Broken_pickles_are_refused(string opcodes) =>
        Refusal("zip", new Pickle().Raw([.. opcodes.Select(c => (byte)c)])).Should().Contain("pickle breaks");

    [Theory]
    [InlineData("neg", "_rebuild_tensor_v2")]
    [InlineData("conj", "_rebuild_tensor_v3")]
    public void A_tensor_that_is_still_to_be_negated_or_conjugated_is_refused(string flag, string function)
    {
        Refusal("zip", Tensor(0x88)).Should().Contain($"'{flag}'").And.Contain("resolve_neg");
        using var file = Open("zip", Tensor(0x89));
        file.Tensors.Should().ContainKey("x");

        Pickle Tensor(byte value)
        {
            var pickle = new Pickle().Dict().Mark().Text("x").Global("torch._utils", function).Mark().Storage("0", 6).Integer(0).Integers(6)
                .Integers(1).Raw(0x89).Dict();
            if (function == "_rebuild_tensor_v3") pickle.Global("torch", "float32");
            return pickle.Dict().Mark().Text(flag).Raw(value).SetItems().Tuple().Reduce().SetItems();
        }
    }

    [Fact]
    public void A_NumPy_array_is_not_taken_for_the_storage_without_a_name()
    {
        var pickle = new Pickle().Dict().Mark().Text("a").Tensor("", 2, 0, [2], [1]).Text("b").Tensor("", 2, 1, [1], [1])
            .Text("array").Global("numpy.core.multiarray", "_reconstruct").Raw((byte)')').Reduce()
            .Mark().Integer(1).Integers(2).Global("numpy", "dtype").Mark().Text("f4").Tuple().Reduce().Raw(0x89)
            .Raw([(byte)'C', 8, .. Floats(7, 8)]).Tuple().Raw((byte)'b').SetItems();
        using var file = WeightFile.Open(_folder.Write("weights.pt", Zip(pickle.ToArray(), ("", Floats(1, 2)))));
        file.Read("a").data<float>().Should().Equal(1, 2);
        file.Read("array").data<float>().Should().Equal(7, 8);
    }

    [Fact]
    public void Text_longer_than_the_file_is_refused_before_it_is_read() =>
        Refusal("zip", new Pickle().Raw((byte)'X', 0xff, 0xff, 0xff, 0x7f)).Should().Contain("cut off");

    [Fact]
    public void An_unsigned_type_is_listed_but_not_read()
    {
        var pickle = new Pickle().Dict().Mark().Text("x").Global("torch._utils", "_rebuild_tensor_v3").Mark()
            .Storage("0", 24, "UntypedStorage")
            .Integer(0).Integers(12).Integers(1).Raw(0x89).Dict().Global("torch", "uint16").Tuple().Reduce().SetItems();
        using var file = WeightFile.Open(_folder.Write("weights.pt", Zip(pickle.ToArray(), ("0", Six))));
        file.Tensors["x"].ToString().Should().Be("U16 [12]");
        file.Invoking(f => f.Read("x")).Should().Throw<NotSupportedException>().WithMessage("*'x'*U16*Python*");
    }
}
