namespace TransferLearning.Vision;

/// <summary>Finds pictures of one set that another has too, the same or nearly so, without comparing each with each.</summary>
internal static class ImageOverlap
{
    // Plain pictures share their bands: so many are looked at, and time stays bounded.
    private const int MostCandidates = 64;

    private const int Shown = 5;

    /// <summary>A sentence that names the pairs; null where there is none. A file that cannot be read is passed over: training names it.</summary>
    public static string? Sentence(ImageExample[] train, ImageExample[] measured, CancellationToken cancellation)
    {
        var pairs = Pairs(Fingerprints(train, cancellation), Fingerprints(measured, cancellation));
        if (pairs.Count == 0) return null;
        var named = pairs.Take(Shown).Select(
            pair => $"'{train[pair.Train].Name}' and '{measured[pair.Measured].Name}' ({(pair.Same ? "identical" : "nearly identical")})");
        return $"{pairs.Count} of the {measured.Length} images that are measured by are learnt from too, or nearly so; the measures may be too good: "
            + $"{string.Join(", ", named)}{(pairs.Count > Shown ? $", and {pairs.Count - Shown} more" : "")}. Take them out of one set.";
    }

    private static List<(int Train, int Measured, bool Same)> Pairs(ImageFingerprint?[] train, ImageFingerprint?[] measured)
    {
        var same = new Dictionary<UInt128, int>();
        var near = new Dictionary<(int Band, ushort Bits), List<int>>();
        foreach (var (index, print) in train.Index())
        {
            if (print is null || !same.TryAdd(print.Pixels, index)) continue;
            for (var band = 0; band < ImageFingerprint.Bands; band++)
            {
                if (!near.TryGetValue((band, print.Band(band)), out var alike)) near[(band, print.Band(band))] = alike = [];
                if (alike.Count < MostCandidates) alike.Add(index);
            }
        }

        List<(int, int, bool)> pairs = [];
        foreach (var (index, print) in measured.Index())
        {
            if (print is null) continue;
            if (same.TryGetValue(print.Pixels, out var twin)) pairs.Add((twin, index, true));
            else if (Candidates(print).Where(candidate => train[candidate]!.IsNear(print)).Select(candidate => (int?)candidate).FirstOrDefault()
                is { } relative) pairs.Add((relative, index, false));
        }
        return pairs;

        IEnumerable<int> Candidates(ImageFingerprint print) => Enumerable.Range(0, ImageFingerprint.Bands)
            .SelectMany(band => near.GetValueOrDefault((band, print.Band(band))) ?? []).Distinct();
    }

    private static ImageFingerprint?[] Fingerprints(ImageExample[] examples, CancellationToken cancellation)
    {
        var prints = new ImageFingerprint?[examples.Length];
        Parallel.For(0, prints.Length, new ParallelOptions { CancellationToken = cancellation }, i =>
        {
            try
            {
                prints[i] = new(examples[i].Open(new ImageDecodeOptions()));
            }
            catch (Exception e) when (e is ImageFormatException or IOException or UnauthorizedAccessException)
            {
                // Training reads it with the backbone's options, and names it where it is broken by these too.
            }
        });
        return prints;
    }
}
