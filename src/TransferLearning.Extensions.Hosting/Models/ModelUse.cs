namespace TransferLearning.Extensions.Hosting;

/// <summary>A model while it is used; dispose it to end the use.</summary>
internal sealed class ModelUse<TModel>(TModel model, SharedResource.Use use) : IDisposable
{
    public TModel Model { get; } = model;

    public void Dispose() => use.Dispose();
}
