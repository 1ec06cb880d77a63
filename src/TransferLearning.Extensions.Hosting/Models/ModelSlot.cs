namespace TransferLearning.Extensions.Hosting;

/// <summary>The model that is in service. One that is replaced is freed after its last use. Thread-safe.</summary>
internal sealed class ModelSlot<TModel> : IDisposable where TModel : class, IDisposable
{
    private readonly Lock _gate = new();
    private TModel? _model;
    private SharedResource? _shared;
    private bool _isDisposed;

    /// <summary>Begins a use of the model; null where there is none yet, or none any more.</summary>
    public ModelUse<TModel>? TryUse()
    {
        lock (_gate) return _model is null ? null : new(_model, _shared!.Enter());
    }

    /// <summary>Puts a model into service, which the slot owns from now on.</summary>
    public void Replace(TModel model)
    {
        SharedResource? before;
        lock (_gate)
        {
            (before, _shared, _model) = (_shared, new SharedResource(model, this), model);
            if (_isDisposed) (before, _shared, _model) = (_shared, null, null);
        }
        before?.Dispose();
    }

    public void Dispose()
    {
        SharedResource? before;
        lock (_gate) (before, _shared, _model, _isDisposed) = (_shared, null, null, true);
        before?.Dispose();
    }
}
