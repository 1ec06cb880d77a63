using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace TransferLearning.Extensions.Hosting;

/// <summary>
/// Healthy where the newest model serves; degraded where an older one does, since the newest was refused; unhealthy where none does.
/// </summary>
internal sealed class ClassifierHealthCheck<TModel, TExample>(ClassifierHost<TModel, TExample> host) : IHealthCheck
    where TModel : class, IServedModel<TExample>
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var status = host.Status;
        Dictionary<string, object> data = new() { ["file"] = status.Path, ["classes"] = status.Labels.Count, ["queue"] = host.QueueLength };
        if (status.Loaded is { } loaded) data["loaded"] = loaded;
        if (status.Failure is { } refused) data["refused"] = refused.At;
        return Task.FromResult(status switch
        {
            { Loaded: { } since, Failure.Error: var error } =>
                HealthCheckResult.Degraded($"Serves the model of {since:u}. {error.Message}", error, data),
            { Failure.Error: var error } => new HealthCheckResult(context.Registration.FailureStatus, error.Message, error, data),
            { Loaded: { } since } => HealthCheckResult.Healthy($"Serves '{status.Path}' since {since:u}.", data),
            _ => HealthCheckResult.Healthy($"Loads '{status.Path}' at the first request.", data),
        });
    }
}
