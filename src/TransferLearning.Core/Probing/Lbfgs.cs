using static TorchSharp.torch;

namespace TransferLearning;

/// <summary>
/// Minimises a smooth convex function with the limited-memory BFGS method (Liu and Nocedal, "On the limited memory BFGS
/// method for large scale optimization", 1989) and backtracking.
/// </summary>
/// <param name="function">Value and gradient at a point; the gradient belongs to the current dispose scope.</param>
/// <param name="curvature">Estimate of the second derivative in each coordinate, above 0, broadcast to the point's shape.</param>
internal sealed class Lbfgs(Func<Tensor, (double Value, Tensor Gradient)> function, Tensor curvature)
{
    private const double SufficientDecrease = 1e-4;
    private const double Rounding = 1e-13;
    private const double ShortestStep = 1e-9;

    private readonly Queue<Update> _history = new();

    /// <summary>How many of the last steps the curvature is estimated from, each of which takes two copies of the point; at least 1.</summary>
    public int Memory { get; init; } = 10;

    /// <summary>Ends where the gradient's 2-norm is at most this, relative to the point's norm or 1, whichever is larger.</summary>
    public double Tolerance { get; init; } = 1e-6;

    public int MaxIterations { get; init; } = 1000;

    /// <summary>
    /// The minimum, which belongs to the current dispose scope, and whether it was reached within the tolerance or as nearly as rounding
    /// allows.
    /// </summary>
    public (Tensor Point, int Iterations, bool Converged) Minimize(Tensor start, CancellationToken cancellation)
    {
        using var scope = NewDisposeScope();
        var point = start.clone();
        var (value, gradient) = function(point);
        for (var iteration = 0; ; iteration++)
        {
            cancellation.ThrowIfCancellationRequested();
            var converged = Norm(gradient) <= Tolerance * Math.Max(1, Norm(point));
            if (converged || iteration == MaxIterations) return (point.MoveToOuterDisposeScope(), iteration, converged);
            if (Search(point, value, gradient) is not var (next, nextValue, nextGradient))
                return (point.MoveToOuterDisposeScope(), iteration, true);
            Remember(next - point, nextGradient - gradient);
            point.Dispose();
            gradient.Dispose();
            (point, value, gradient) = (next, nextValue, nextGradient);
        }
    }

    /// <summary>The first point along the direction that is lower by enough; null where rounding hides any decrease.</summary>
    private (Tensor Point, double Value, Tensor Gradient)? Search(Tensor point, double value, Tensor gradient)
    {
        using var scope = NewDisposeScope();
        var direction = Direction(gradient);
        var slope = Dot(direction, gradient);
        for (var step = 1.0; step > ShortestStep; step /= 2)
        {
            var next = point + step * direction;
            var (nextValue, nextGradient) = function(next);
            if (nextValue <= value + SufficientDecrease * step * slope + Rounding * Math.Abs(value))
                return (next.MoveToOuterDisposeScope(), nextValue, nextGradient.MoveToOuterDisposeScope());
        }
        return null;
    }

    // The two-loop recursion; between the loops stands the estimate of the curvature, scaled to what the last step showed.
    private Tensor Direction(Tensor gradient)
    {
        var direction = -gradient;
        var factors = new Stack<double>();
        foreach (var update in _history.Reverse())
        {
            factors.Push(Dot(update.Step, direction) / update.Product);
            direction = direction.add(update.Change, alpha: -factors.Peek());
        }
        direction /= curvature;
        if (_history.Count > 0) direction *= _history.Last().Scale;
        foreach (var update in _history)
            direction = direction.add(update.Step, alpha: factors.Pop() - Dot(update.Change, direction) / update.Product);
        return direction;
    }

    private void Remember(Tensor step, Tensor change)
    {
        using var scaled = change / curvature;
        var product = Dot(step, change);
        // Of a convex function the product is above 0, but for rounding.
        if (product <= 0) return;
        if (_history.Count == Memory) _history.Dequeue().Dispose();
        _history.Enqueue(new Update(step, change, product, product / Dot(change, scaled)));
    }

    private static double Dot(Tensor a, Tensor b)
    {
        using var scope = NewDisposeScope();
        return (a * b).sum().item<double>();
    }

    private static double Norm(Tensor a) => Math.Sqrt(Dot(a, a));

    private sealed record Update(Tensor Step, Tensor Change, double Product, double Scale) : IDisposable
    {
        public void Dispose()
        {
            Step.Dispose();
            Change.Dispose();
        }
    }
}
