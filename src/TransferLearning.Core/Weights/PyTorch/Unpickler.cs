using System.Globalization;
using System.Numerics;

namespace TransferLearning;

/// <summary>
/// Reads a Python pickle, protocols 0 to 5, without Python: an interpreter of its stack machine that can build numbers, text, bytes,
/// tuples (<c>object?[]</c>), lists and sets (<c>List</c>), dictionaries (<see cref="PickleDictionary"/>) and what
/// <see cref="PickleGlobals"/> lists. Of all else the name is kept (<see cref="PickleObject"/>), and what is done with it does nothing.
/// </summary>
/// <remarks>
/// Opcodes: Python's Lib/pickletools.py. Time and memory are bounded by the length of the input: the number of operations is, and so
/// is what they copy.
/// </remarks>
/// <param name="stream">Seekable; the pickle begins at its position and is read up to its end mark.</param>
/// <param name="persistent">What a persistent id (a tuple that names a storage) stands for.</param>
internal sealed class Unpickler(Stream stream, Func<object?[], object?> persistent)
{
    public const byte MaxProtocol = 5;

    private const int MaxOperations = 5_000_000;
    private const int MaxIntegerLength = 255;
    private const int MaxCopiesForEachByte = 4;

    private readonly PickleReader _reader = new(stream);
    private readonly List<object?> _stack = [];
    private readonly Stack<int> _marks = [];
    private readonly Dictionary<long, object?> _memo = [];
    private long _copied;

    /// <summary>The first name that is not built; null where there is none.</summary>
    public PickleObject? NotBuilt { get; private set; }

    /// <summary>Runs the pickle and returns its value.</summary>
    /// <exception cref="FormatException">The pickle is damaged, holds tensors of a kind that is not read, or is too large.</exception>
    /// <exception cref="EndOfStreamException">The pickle is cut off.</exception>
    public object? Load()
    {
        try
        {
            return Run();
        }
        catch (Exception exception) when (NotBuilt is not null && exception is FormatException or EndOfStreamException)
        {
            throw new FormatException($"{exception.Message.TrimEnd('.')}; and {NotBuilt.Request} (nothing was run)", exception);
        }
    }

    private object? Run()
    {
        for (var operation = 0; operation < MaxOperations; operation++)
        {
            var code = _reader.Byte();
            if (code == '.') return Pop();
            Execute(code);
        }
        throw new FormatException($"its pickle takes more than {MaxOperations} operations");
    }

    private void Execute(byte code)
    {
        switch (code)
        {
            case 0x80: if (_reader.Byte() > MaxProtocol) throw Broken(); break;
            case 0x95: _reader.Skip(8); break; // a frame's length: only a hint for reading ahead

            case (byte)'(': _marks.Push(_stack.Count); break;
            case (byte)'0': Pop(); break;
            case (byte)'1': PopToMark(); break;
            case (byte)'2': Push(Peek()); break;

            case (byte)'N': Push(null); break;
            case 0x88: Push(true); break;
            case 0x89: Push(false); break;
            case (byte)'K': Push((long)_reader.Byte()); break;
            case (byte)'M': Push(_reader.Unsigned(2)); break;
            case (byte)'J': Push((long)(int)_reader.Unsigned(4)); break;
            case (byte)'I': PushIntegerOrBoolean(_reader.Line()); break;
            case (byte)'L': PushInteger(_reader.Line().TrimEnd('L')); break;
            case 0x8a: PushInteger((long)_reader.Byte()); break;
            case 0x8b: PushInteger(_reader.Unsigned(4)); break;
            case (byte)'F': Push(TextNumber()); break;
            case (byte)'G': Push(BitConverter.Int64BitsToDouble(_reader.BigEndian64())); break;

            case (byte)'S': Push(PickleText.Quoted(_reader.Line())); break;
            case (byte)'V': Push(PickleText.Escaped(_reader.Line())); break;
            case (byte)'T': Push(_reader.Latin1(_reader.Unsigned(4))); break;
            case (byte)'U': Push(_reader.Latin1(_reader.Byte())); break;
            case (byte)'X': Push(_reader.Utf8(_reader.Unsigned(4))); break;
            case 0x8c: Push(_reader.Utf8(_reader.Byte())); break;
            case 0x8d: Push(_reader.Utf8(_reader.Unsigned(8))); break;
            case (byte)'B': Push(_reader.Bytes(_reader.Unsigned(4))); break;
            case (byte)'C': Push(_reader.Bytes(_reader.Byte())); break;
            case 0x8e or 0x96: Push(_reader.Bytes(_reader.Unsigned(8))); break;

            case (byte)')': Push(Array.Empty<object?>()); break;
            case (byte)'t': Push(PopToMark()); break;
            case >= 0x85 and <= 0x87: Push(Pop(code - 0x84)); break;
            case (byte)']' or 0x8f: Push(new List<object?>()); break;
            case (byte)'l' or 0x91: Push(new List<object?>(PopToMark())); break;
            case (byte)'a': Append([Pop()]); break;
            case (byte)'e' or 0x90: Append(PopToMark()); break;
            case (byte)'}': Push(new PickleDictionary()); break;
            case (byte)'d': Push(SetItems([], PopToMark())); break;
            case (byte)'s': SetItems(Pop(2)); break;
            case (byte)'u': SetItems(PopToMark()); break;

            case (byte)'p': Remember(TextIndex()); break;
            case (byte)'q': Remember(_reader.Byte()); break;
            case (byte)'r': Remember(_reader.Unsigned(4)); break;
            case 0x94: Remember(_memo.Count); break;
            case (byte)'g': Recall(TextIndex()); break;
            case (byte)'h': Recall(_reader.Byte()); break;
            case (byte)'j': Recall(_reader.Unsigned(4)); break;

            case (byte)'c': Push(Find(_reader.Line(), _reader.Line())); break;
            case 0x93: Push(Pop(2) is [string module, string name] ? Find(module, name) : throw Broken()); break;
            case (byte)'R' or 0x81: Push(Call(Pop(2))); break;
            case 0x92: Push(Call(Pop(3))); break;
            case (byte)'o': Push(Call(PopToMark())); break;
            case (byte)'i': Push(Call([Find(_reader.Line(), _reader.Line()), .. PopToMark()])); break;
            case (byte)'b': SetState(Pop()); break;
            case (byte)'Q': Push(Pop() is object?[] id ? persistent(Bounded(id)) : throw Broken()); break;

            default: throw Broken();
        }
    }

    private FormatException Broken() => new($"its pickle breaks at byte {_reader.Position}: it is damaged or no checkpoint");

    // Each mark fences off the values below it.
    private int Floor => _marks.TryPeek(out var mark) ? mark : 0;

    private void Push(object? value) => _stack.Add(value);

    private object? Peek() => _stack.Count > Floor ? _stack[^1] : throw Broken();

    private object? Pop() => Pop(1)[0];

    private object?[] Pop(int count) => _stack.Count - Floor >= count ? Take(_stack.Count - count) : throw Broken();

    private object?[] PopToMark() => _marks.TryPop(out var mark) ? Take(mark) : throw Broken();

    private object?[] Take(int start)
    {
        object?[] values = [.. _stack[start..]];
        _stack.RemoveRange(start, values.Length);
        return values;
    }

    private object Find(string module, string name)
    {
        var found = PickleGlobals.Find(module, name);
        if (found is not PickleObject notBuilt) return found;
        Spend(module.Length + name.Length);
        NotBuilt ??= notBuilt;
        return notBuilt;
    }

    private object? Call(object?[] call) => call switch
    {
        [PickleObject notBuilt, ..] => notBuilt,
        [PickleFunction function, object?[] arguments] => function(Bounded(arguments)),
        _ => throw Broken(),
    };

    private void Append(object?[] values)
    {
        if (Peek() is List<object?> list) list.AddRange(values);
        else if (Peek() is not PickleObject) throw Broken();
    }

    private void SetItems(object?[] items)
    {
        if (Peek() is PickleDictionary dictionary) SetItems(dictionary, items);
        else if (Peek() is not PickleObject) throw Broken();
    }

    private PickleDictionary SetItems(PickleDictionary dictionary, object?[] items)
    {
        if (items.Length % 2 != 0) throw Broken();
        for (var i = 0; i < items.Length; i += 2)
        {
            Spend(HashCost(items[i]));
            dictionary[items[i] ?? "None"] = items[i + 1];
        }
        return dictionary;
    }

    // Indexes count the values, of which there are no more than operations.
    private void Remember(long index) => _memo[index < MaxOperations ? index : throw Broken()] = Peek();

    private void Recall(long index) => Push(_memo.TryGetValue(index, out var value) ? value : throw Broken());

    private void SetState(object? state)
    {
        switch (Peek())
        {
            case PickleDictionary or PickleObject: break; // attributes, such as a state dict's _metadata
            case NumpyArray array: array.SetState(state is object?[] fields ? Bounded(fields) : throw Broken()); break;
            case NumpyType type: type.SetState(state); break;
            default: throw Broken();
        }
    }

    /// <summary>The arguments of a function, which may copy them: a pickle can pass the same ones many times over.</summary>
    private object?[] Bounded(object?[] arguments)
    {
        Spend(arguments.Length + arguments.Sum(argument => argument switch
        {
            string text => text.Length,
            object?[] tuple => tuple.Length,
            List<object?> list => list.Sum(item => 1 + (item is IList<object?> { Count: 2 } pair ? HashCost(pair[0]) : 0)),
            _ => 0,
        }));
        return arguments;
    }

    // Quicker than a copy, and logs have the same few keys many times over.
    private static long HashCost(object? key) => key is string text ? text.Length / 16 : 0;

    private void Spend(long copied)
    {
        if ((_copied += copied) > MaxCopiesForEachByte * stream.Length)
            throw new FormatException("its pickle copies what it holds without end");
    }

    private long TextIndex() =>
        long.TryParse(_reader.Line(), NumberStyles.None, CultureInfo.InvariantCulture, out var index) ? index : throw Broken();

    private double TextNumber() =>
        double.TryParse(_reader.Line(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : throw Broken();

    private void PushIntegerOrBoolean(string text)
    {
        if (text is "00" or "01") Push(text is "01");
        else PushInteger(text);
    }

    private void PushInteger(string text)
    {
        if (text.Length > MaxIntegerLength
            || !BigInteger.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value))
            throw Broken();
        PushInteger(value);
    }

    private void PushInteger(long length) =>
        PushInteger(length <= MaxIntegerLength ? new BigInteger(_reader.Bytes(length)) : throw Broken());

    private void PushInteger(BigInteger value) => Push(value >= long.MinValue && value <= long.MaxValue ? (long)value : (object)value);
}
