using TemporaryFolder = TransferLearning.TestKit.TemporaryFolder;
using TorchSharp;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Weights.Loading;

public sealed class WeightLoaderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly nn.Module _net = new Net(classes: 5);

    public void Dispose()
    {
        _net.Dispose();
        _scope.Dispose();
        _folder.Dispose();
    }

    private sealed class Net : nn.Module
    {
        private readonly nn.Module conv = nn.Conv2d(3, 4, 1), norm = nn.BatchNorm2d(4), fc;

        public Net(int classes) : base("net")
        {
            fc = nn.Linear(4, classes);
            RegisterComponents();
        }
    }

    private sealed class Encoder : nn.Module
    {
        private readonly nn.Module LayerNorm = nn.LayerNorm(4);
        private readonly nn.Module gamma = nn.Linear(2, 2);

        public Encoder() : base("encoder") => RegisterComponents();
    }

    private sealed class Model : nn.Module
    {
        private readonly nn.Module bert = new Encoder(), classifier = nn.Linear(4, 2);

        public Model() : base("model") => RegisterComponents();
    }

    /// <summary>All tensors of a module, each filled with 7 (integers too), under names that the test may change.</summary>
    private static Dictionary<string, Tensor> Sevens(nn.Module module) =>
        module.state_dict().ToDictionary(entry => entry.Key, entry => full_like(entry.Value.detach(), 7));

    private LoadReport Load(nn.Module module, Dictionary<string, Tensor> tensors, WeightLoadOptions? options = null)
    {
        TransferLearning.Safetensors.Write(_folder.File("w.safetensors"), tensors);
        return WeightLoader.Load(module, _folder.File("w.safetensors"), options);
    }

    private WeightMismatchException Refusal(Dictionary<string, Tensor> tensors, WeightLoadOptions? options = null)
    {
        var before = Values(_net);
        var exception = FluentActions.Invoking(() => Load(_net, tensors, options)).Should().Throw<WeightMismatchException>().Which;
        Values(_net).Should().Equal(before, "nothing may be loaded");
        exception.Report.Loaded.Should().BeEmpty();
        return exception;
    }

    private static float[] Values(nn.Module module) =>
        [.. module.state_dict().Values.SelectMany(value => value.to(ScalarType.Float32).reshape(-1).data<float>().ToArray())];

    private static WeightLoadOptions SkipHead => new() { HeadPrefixes = ["fc"], Head = HeadPolicy.Skip };

    [Fact]
    public void A_very_long_name_does_not_fill_the_message()
    {
        var tensors = Sevens(_net);
        tensors[new string('x', 100_000)] = ones(1);
        Refusal(tensors).Message.Should().Contain("xxx...\n").And.Subject.Length.Should().BeLessThan(2000);
    }

    [Fact]
    public void A_fitting_file_is_loaded_in_place()
    {
        var weight = _net.get_parameter("fc.weight")!;
        weight.requires_grad = false;
        var report = Load(_net, Sevens(_net));
        Values(_net).Should().OnlyContain(value => value == 7);
        report.Loaded.Should().BeEquivalentTo(_net.state_dict().Keys);
        (report.Missing.Count, report.Unexpected.Count, report.Mismatched.Count, report.Renamed.Count, report.Converted.Count).Should()
            .Be((0, 0, 0, 0, 0));
        _net.get_parameter("fc.weight").Should().BeSameAs(weight);
        (weight.requires_grad, _net.get_parameter("fc.bias")!.requires_grad).Should().Be((false, true));
    }

    [Theory]
    [InlineData(WeightMemory.Read)]
    [InlineData(WeightMemory.Mapped)]
    public void Tensors_in_other_memory_keep_their_identity_and_train_but_share_no_memory_with_views_made_before(WeightMemory memory)
    {
        var (weight, bias) = (_net.get_parameter("fc.weight")!, _net.get_parameter("fc.bias")!);
        weight.requires_grad = false;
        var (before, view) = (Values(_net), weight.detach().view(-1));
        var old = view.data<float>().ToArray();
        var tensors = Sevens(_net);
        tensors["fc.bias"] = tensors["fc.bias"].to(ScalarType.Float16);
        Load(_net, tensors, new() { Memory = memory }).Converted.Should().ContainSingle();

        Values(_net).Should().HaveCount(before.Length).And.OnlyContain(value => value == 7);
        view.data<float>().ToArray().Should().Equal(old);
        _net.get_parameter("fc.weight").Should().BeSameAs(weight);
        (weight.requires_grad, bias.requires_grad, bias.dtype).Should().Be((false, true, ScalarType.Float32));
        nn.functional.linear(ones(2, 4), weight, bias).sum().backward();
        bias.grad!.data<float>().ToArray().Should().OnlyContain(gradient => gradient == 2);
    }

    [Theory]
    [InlineData(ScalarType.Float16, "F16")]
    [InlineData(ScalarType.BFloat16, "BF16")]
    [InlineData(ScalarType.Float64, "F64")]
    public void Floating_types_are_converted_and_said(ScalarType type, string name)
    {
        var tensors = Sevens(_net);
        tensors["fc.weight"] = tensors["fc.weight"].to(type);
        Load(_net, tensors).Converted.Should().Equal(new ConvertedTensor("fc.weight", name, "F32"));
        _net.get_parameter("fc.weight")!.dtype.Should().Be(ScalarType.Float32);
    }

    [Fact]
    public void Integers_are_not_taken_for_floats()
    {
        var tensors = Sevens(_net);
        tensors["fc.weight"] = tensors["fc.weight"].to(ScalarType.Int64);
        Refusal(tensors).Message.Should().Contain("fc.weight: file I64 [5, 4], module F32 [5, 4]");
    }

    [Fact]
    public void Counters_of_batches_may_be_absent()
    {
        var tensors = Sevens(_net);
        tensors.Remove("norm.num_batches_tracked");
        Load(_net, tensors).Missing.Should().BeEmpty();
    }

    [Fact]
    public void A_missing_tensor_is_named_with_the_nearest_name_of_the_file()
    {
        var tensors = Sevens(_net);
        tensors.Remove("norm.running_var", out var value);
        tensors["norm.runing_var"] = value!;
        var exception = Refusal(tensors);
        exception.Report.Missing.Should().Equal("norm.running_var");
        exception.Report.Unexpected.Should().Equal("norm.runing_var");
        exception.Message.Should().Contain("norm.running_var Did you mean 'norm.runing_var'?").And.Contain("nothing was loaded")
            .And.Contain("Rules");
    }

    [Fact]
    public void Nothing_is_broadcast_or_transposed()
    {
        var tensors = Sevens(_net);
        tensors["norm.weight"] = ones(1);
        tensors["conv.weight"] = ones(3, 4, 1, 1);
        var exception = Refusal(tensors, new() { MayBeMissing = [".*"], MayBeUnexpected = [".*"] });
        exception.Report.Mismatched.Select(tensor => tensor.Name).Should().Equal("conv.weight", "norm.weight");
        exception.Message.Should().Contain("norm.weight: file F32 [1], module F32 [4]");
    }

    [Fact]
    public void Differences_that_the_options_allow_are_loaded_around_and_reported()
    {
        var tensors = Sevens(_net);
        tensors.Remove("fc.bias");
        tensors["aux.weight"] = ones(1);
        Refusal(tensors, new() { MayBeMissing = [@"\.bias$"] }).Message.Should().Contain("aux.weight").And.NotContain("fc.bias");
        var report = Load(_net, tensors, new() { MayBeMissing = [@"\.bias$"], MayBeUnexpected = ["^aux"] });
        (report.Missing.Single(), report.Unexpected.Single(), report.Loaded.Count).Should().Be(("fc.bias", "aux.weight", 8));
    }

    [Fact]
    public void Constants_that_the_options_ignore_are_not_reported()
    {
        var tensors = Sevens(_net);
        tensors["old.position_ids"] = ones(1);
        Load(_net, tensors, new() { Ignored = [@"\.position_ids$"] }).Unexpected.Should().BeEmpty();
    }

    [Fact]
    public void Another_head_is_refused_and_the_way_out_named()
    {
        using var thousand = new Net(classes: 10);
        var exception = Refusal(Sevens(thousand), new() { HeadPrefixes = ["fc"] });
        exception.Message.Should().Contain("fc.weight: file F32 [10, 4], module F32 [5, 4]").And.Contain("HeadPolicy.Skip");
    }

    [Fact]
    public void Another_head_is_skipped_whole_where_the_options_say_so()
    {
        using var thousand = new Net(classes: 10);
        var tensors = Sevens(thousand);
        tensors["fc.bias"] = ones(5);
        using var bias = _net.get_parameter("fc.bias")!.clone();
        var report = Load(_net, tensors, SkipHead);
        report.HeadSkipped.Should().Equal("fc.weight", "fc.bias");
        report.Loaded.Should().NotContain(name => name.StartsWith("fc", StringComparison.Ordinal)).And.Contain("conv.weight");
        _net.get_parameter("fc.bias")!.eq(bias).all().item<bool>().Should().BeTrue();
        report.ToString().Should().Contain("2 head tensors left as they are: fc.weight, fc.bias");
    }

    [Fact]
    public void A_file_without_head_and_a_head_that_fits_are_both_fine()
    {
        var tensors = Sevens(_net);
        Load(_net, tensors, SkipHead).HeadSkipped.Should().BeEmpty();
        tensors.Remove("fc.weight");
        tensors.Remove("fc.bias");
        Load(_net, tensors, SkipHead).HeadSkipped.Should().Equal("fc.weight", "fc.bias");
    }

    [Fact]
    public void Only_what_is_wanted_is_loaded()
    {
        var tensors = Sevens(_net);
        tensors["fc.weight"] = ones(1);
        Load(
            _net, tensors, new() { Wanted = name => !name.StartsWith("fc", StringComparison.Ordinal) }).Loaded.Should().HaveCount(7)
                .And.NotContain("fc.bias");
    }

    [Fact]
    public void Wrappers_of_names_are_taken_off_by_rules_that_are_reported()
    {
        var report = Load(_net, Sevens(_net).ToDictionary(entry => "module._orig_mod." + entry.Key, entry => entry.Value));
        report.Loaded.Should().HaveCount(9);
        report.Renamed.Should().Contain(
            new RenamedTensor("module._orig_mod.fc.bias", "fc.bias", "DataParallel prefix, torch.compile prefix"));
        report.ToString().Should().Contain("9 renamed by DataParallel prefix, torch.compile prefix");
    }

    [Fact]
    public void A_prefix_that_one_side_lacks_is_added_or_stripped()
    {
        using var model = new Model();
        using var encoder = new Encoder();
        var added = Load(model, Sevens(encoder), new() { HeadPrefixes = ["classifier"], Head = HeadPolicy.Skip });
        added.Renamed.Should().Contain(new RenamedTensor("LayerNorm.bias", "bert.LayerNorm.bias", "prefix 'bert.' added"));
        var stripped = Load(encoder, Sevens(model), new() { MayBeUnexpected = ["^classifier"] });
        stripped.Renamed.Should().Contain(new RenamedTensor("bert.LayerNorm.bias", "LayerNorm.bias", "prefix 'bert.' stripped"));
    }

    [Theory]
    [InlineData("module.")]
    [InlineData("student.")]
    public void What_lies_beside_a_stripped_prefix_is_left_over_and_reported(string prefix)
    {
        var tensors = Sevens(_net).ToDictionary(entry => prefix + entry.Key, entry => entry.Value);
        tensors["teacher.conv.weight"] = ones(4, 3, 1, 1);
        var report = Load(_net, tensors);
        (report.Loaded.Count, report.Unexpected.Single()).Should().Be((9, "teacher.conv.weight"));
        tensors[prefix + "aux.weight"] = ones(1);
        Refusal(tensors).Message.Should().Contain($"1 unexpected in the file:\n  {prefix}aux.weight");
    }

    [Fact]
    public void Counters_of_a_training_are_left_over_and_reported()
    {
        var tensors = Sevens(_net);
        tensors["n_averaged"] = tensor(3L);
        Load(_net, tensors).Unexpected.Should().Equal("n_averaged");
        tensors["temperature"] = tensor(3f);
        Refusal(tensors).Message.Should().Contain("temperature").And.NotContain("n_averaged");
    }

    [Fact]
    public void Where_a_name_is_missing_what_is_left_over_may_be_it()
    {
        var tensors = Sevens(_net).ToDictionary(entry => "module." + entry.Key, entry => entry.Value);
        tensors.Remove("module.fc.bias", out var bias);
        tensors["fcbias"] = bias!;
        Refusal(tensors).Message.Should().Contain("fc.bias Did you mean 'fcbias'?").And.Contain("1 unexpected");
    }

    [Fact]
    public void Gamma_is_renamed_under_LayerNorm_only()
    {
        using var encoder = new Encoder();
        var tensors = Sevens(encoder);
        tensors.Remove("LayerNorm.weight", out var weight);
        tensors.Remove("LayerNorm.bias", out var bias);
        (tensors["LayerNorm.gamma"], tensors["LayerNorm.beta"]) = (weight!, bias!);
        var report = Load(encoder, tensors);
        report.Renamed.Select(tensor => tensor.To).Should().BeEquivalentTo("LayerNorm.weight", "LayerNorm.bias");
        report.Loaded.Should().Contain("gamma.weight");
    }

    [Fact]
    public void Own_rules_come_after_the_common_ones()
    {
        var tensors = Sevens(_net).ToDictionary(entry => "module." + entry.Key.Replace("conv.", "stem.0."), entry => entry.Value);
        var report = Load(_net, tensors, new() { Rules = [.. NameRule.Common, new("stem", @"^stem\.(\d+)\.", "conv.")] });
        report.Renamed.Should().Contain(new RenamedTensor("module.stem.0.weight", "conv.weight", "DataParallel prefix, stem"));
    }

    [Fact]
    public void Two_tensors_for_one_name_are_not_mixed_up()
    {
        var tensors = Sevens(_net);
        tensors["module.fc.bias"] = zeros(5);
        Refusal(tensors).Report.Unexpected.Should().Equal("module.fc.bias");
    }

    [Theory]
    [InlineData(WeightMemory.Module)]
    [InlineData(WeightMemory.Read)]
    [InlineData(WeightMemory.Mapped)]
    public void A_damaged_tensor_leaves_the_module_as_it_was(WeightMemory memory)
    {
        var pickle = PyTorch.Pickle.StateDict(("weight", [1, 2]), ("bias", [1])).ToArray();
        var content = PyTorch.TestCheckpoint.Zip(
            pickle, ("0", PyTorch.TestCheckpoint.Floats(1, 2)), ("1", PyTorch.TestCheckpoint.Floats(3)));
        content[content.AsSpan().IndexOf(PyTorch.TestCheckpoint.Floats(3))] ^= 1;
        using var linear = nn.Linear(2, 1);
        var before = Values(linear);
        FluentActions.Invoking(
            () => WeightLoader.Load(linear, _folder.Write("w.pt", content), new WeightLoadOptions { Memory = memory })).Should()
                .Throw<WeightFormatException>().WithMessage("*checksum*");
        Values(linear).Should().Equal(before);
    }

    [Fact]
    public void Long_lists_are_cut()
    {
        var message = Refusal(new() { ["something.else"] = ones(1) }).Message;
        message.Should().Contain("8 missing in the file:").And.Contain("and 3 more").And.Contain("1 unexpected in the file:");
    }
}
