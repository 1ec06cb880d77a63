using System.Text.Json;
using TorchSharp;
using TransferLearning.TestKit;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Weights.Loading;

/// <summary>
/// The misfitting files of the golden case, on a small network with the names that it mentions. Where PyTorch refuses, so do we,
/// but with nothing copied; where it forgives, the options must say so. Two differences are meant: a wrapper's prefix is taken off,
/// and counters of batches may always be absent.
/// </summary>
public sealed class PartialLoadingTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose()
    {
        _scope.Dispose();
        _folder.Dispose();
    }

    public static TheoryData<string, bool, bool> Cases
    {
        get
        {
            using var golden = JsonDocument.Parse(File.ReadAllText(TestFiles.Golden("vision/partial_loading.json")));
            TheoryData<string, bool, bool> cases = [];
            foreach (var item in golden.RootElement.GetProperty("cases").EnumerateArray())
                cases.Add(
                    item.GetProperty("what").GetString()!, item.GetProperty("strict").GetBoolean(), item.TryGetProperty("raises", out _));
            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void What_PyTorch_refuses_is_refused_without_copying(string what, bool strict, bool raises)
    {
        using var net = new Net(what.Contains("into a 5-class") ? 5 : 10);
        using (no_grad())
            foreach (var parameter in net.parameters()) parameter.zero_();
        TransferLearning.Safetensors.Write(_folder.File("w.safetensors"), MisfittingFile(what));
        var options = strict ? new() : new WeightLoadOptions { MayBeMissing = [".*"], MayBeUnexpected = [".*"] };

        var exception = Record.Exception(() => WeightLoader.Load(net, _folder.File("w.safetensors"), options));

        var refused = raises && !what.Contains("_metadata version 2");
        (exception is WeightMismatchException).Should().Be(refused, exception?.Message ?? "it was loaded");
        net.get_parameter("conv1.weight")!.sum().item<float>().Should().Be(refused ? 0 : 24);
    }

    private static Dictionary<string, Tensor> MisfittingFile(string what)
    {
        using var source = new Net(10);
        var tensors = source.state_dict().ToDictionary(entry => entry.Key, entry => ones_like(entry.Value.detach()));
        if (what.Contains("without fc")) Remove(name => name.StartsWith("fc.", StringComparison.Ordinal));
        if (what.Contains("without num_batches_tracked")) Remove(name => name.EndsWith("num_batches_tracked", StringComparison.Ordinal));
        if (what.Contains("running_var is missing")) Remove(name => name == "bn1.running_var");
        if (what.Contains("one key too many")) tensors["aux.fc.weight"] = ones(1);
        if (what.Contains("fc.weight stored as")) tensors["fc.weight"] = ones(4, 10);
        if (what.Contains("stored with one value")) tensors["bn1.weight"] = ones(1);
        if (what.Contains("float16"))
            tensors = tensors.ToDictionary(entry => entry.Key, entry => entry.Value.is_floating_point() ? entry.Value.half() : entry.Value);
        if (what.Contains("prefix `module.`")) tensors = tensors.ToDictionary(entry => "module." + entry.Key, entry => entry.Value);
        return tensors;

        void Remove(Func<string, bool> which)
        {
            foreach (var name in tensors.Keys.Where(which).ToList()) tensors.Remove(name);
        }
    }

    private sealed class Net : nn.Module
    {
        private readonly nn.Module conv1 = nn.Conv2d(6, 4, 1, bias: false), bn1 = nn.BatchNorm2d(4), fc;

        public Net(int classes) : base("net")
        {
            fc = nn.Linear(4, classes);
            RegisterComponents();
        }
    }
}
