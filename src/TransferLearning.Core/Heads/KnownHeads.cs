namespace TransferLearning;

/// <summary>The heads of this library by the kind under which they are saved. A saved head is built again from its public properties.</summary>
internal static class KnownHeads
{
    /// <summary>The head's type; null where the kind is none of this library's.</summary>
    public static Type? TypeOf(string kind) => kind switch
    {
        "linear" => typeof(LinearHead),
        "mlp" => typeof(MlpHead),
        "cosine" => typeof(CosineHead),
        "prototype" => typeof(PrototypeHead),
        "attention" => typeof(AttentionHead),
        _ => null,
    };
}
