using System.Runtime.CompilerServices;
using static TorchSharp.torch;

namespace TransferLearning.Networks;

/// <summary>
/// The instruction set that networks are written in, for <c>using static</c>. Each is one function of torch; what a network computes with
/// them a <see cref="Graph"/> can record, list and run again, and what it computes otherwise it cannot.
/// Results are new tensors, or views of their inputs, and belong to the current dispose scope. The arguments stay as they are.
/// </summary>
/// <remarks>
/// An operation is known by the name of its method (see <see cref="Operation"/>), so there are no overloads: what is a tensor among the
/// parameters is an input, and what is not is an attribute. Dimensions may count from the end, by negative numbers.
/// Where shapes or types do not fit torch throws an <see cref="System.Runtime.InteropServices.ExternalException"/> that says so.
/// </remarks>
public static partial class Operations
{
    /// <summary>The same tensor as a new object, for a block that gives back what it was given.</summary>
    public static Tensor Identity(Tensor x) => Recorded(Given(x).alias(), x);

    /// <summary>
    /// A tensor that was made outside of the instruction set and stays the same whatever the input is (a table): recorded with its values.
    /// The tensor itself comes back.
    /// </summary>
    public static Tensor Constant(Tensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        Recorder.Current?.AddConstant(x);
        return x;
    }

    /// <summary>The values with some dropped while the layer trains; else the values themselves.</summary>
    public static Tensor Dropout(Tensor x, Dropout layer)
    {
        ArgumentNullException.ThrowIfNull(layer);
        return layer.training ? layer.call(Given(x)) : x;
    }

    /// <summary>An argument that is there.</summary>
    internal static T Given<T>(T? argument, [CallerArgumentExpression(nameof(argument))] string? name = null) where T : class =>
        argument ?? throw new ArgumentNullException(name);

    /// <summary>
    /// Tells the recorder of this thread, if there is one, and hands the result on. Where there is none, a check for null is all it costs.
    /// </summary>
    internal static Tensor Recorded<TArguments>(
        Tensor result, TArguments arguments, [CallerMemberName] string operation = "") where TArguments : ITuple
    {
        Recorder.Current?.Add(operation, arguments, [result]);
        return result;
    }

    internal static Tensor Recorded(Tensor result, Tensor argument, [CallerMemberName] string operation = "")
    {
        Recorder.Current?.Add(operation, ValueTuple.Create(argument), [result]);
        return result;
    }
}
