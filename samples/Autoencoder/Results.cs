namespace Autoencoder;

/// <summary>Accuracies of several methods over the draws.</summary>
internal sealed class Results
{
    private readonly Dictionary<string, List<double>> _accuracies = [];

    public void Add(string method, double accuracy)
    {
        if (!_accuracies.TryGetValue(method, out var accuracies)) _accuracies[method] = accuracies = [];
        accuracies.Add(accuracy);
    }

    /// <summary>Mean and standard deviation of each, in percent.</summary>
    public void Print()
    {
        Console.WriteLine($"\n{"10 labels a class",-52}accuracy");
        foreach (var (method, accuracies) in _accuracies)
        {
            var mean = accuracies.Average();
            var deviation = Math.Sqrt(
                accuracies.Sum(accuracy => (accuracy - mean) * (accuracy - mean)) / Math.Max(1, accuracies.Count - 1));
            Console.WriteLine(FormattableString.Invariant($"{method,-52}{100 * mean:F1} ± {100 * deviation:F1} %"));
        }
    }
}
