namespace TransferLearning;

/// <summary>What a model of transformers calls the parts that are called otherwise here.</summary>
/// <param name="Backbone">What stands before the backbone's names, with the dot: <c>"bert."</c>. Default: nothing. Found out by itself where an adapter is opened.</param>
/// <param name="Head">Module of the head, before the head's own names; empty where they are the same. Default <c>"classifier"</c>.</param>
public sealed record PeftNames(string Backbone = "", string Head = "classifier")
{
    internal string OfHead(string parameter) => Head.Length == 0 ? parameter : $"{Head}.{parameter}";
}
