using TorchSharp;
using static TorchSharp.torch;

namespace TransferLearning;

/// <summary>
/// A TorchScript function. Every operator of libtorch is reachable through one, also those that TorchSharp does not wrap.
/// A faulty script ends the process: only constant, tested ones belong here.
/// </summary>
internal sealed class TorchScript : IDisposable
{
    private readonly jit.CompilationUnit _unit;
    private readonly string _function;

    /// <param name="function">Name of the function.</param>
    /// <param name="source">Its definition.</param>
    public TorchScript(string function, string source) =>
        // The compiler wants a line break at the end.
        (_function, _unit) = (function, jit.compile(source + "\n"));

    /// <summary>Calls the function with tensors, arrays of tensors, numbers and truth values.</summary>
    public void Invoke(params object[] arguments)
    {
        // TorchSharp makes numbers into native ones that the garbage collector may free before the script has read them. Ours live longer.
        var held = Array.ConvertAll(arguments, argument => argument switch
        {
            double number => number.ToScalar(),
            bool truth => truth.ToScalar(),
            _ => argument,
        });
        _unit.invoke(_function, held);
        foreach (var scalar in held.OfType<Scalar>()) scalar.Dispose();
    }

    public void Dispose() => _unit.Dispose();
}
