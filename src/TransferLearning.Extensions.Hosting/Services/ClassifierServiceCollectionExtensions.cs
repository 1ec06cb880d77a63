using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using TransferLearning.Vision;

namespace TransferLearning.Extensions.Hosting;

/// <summary>
/// Registers classifiers of saved models as services. Each is loaded when the host starts, loaded anew when its file changes, answers
/// waiting requests in
/// batches, has a health check under its name, and is measured by the meter and the activity source <c>TransferLearning</c>.
/// </summary>
public static class ClassifierServiceCollectionExtensions
{
    private const string Image = "image classifier", Text = "text classifier";

    /// <summary>Registers an <see cref="IImageClassifier"/>, with a health check named <c>image classifier</c>.</summary>
    /// <param name="services">The services.</param>
    /// <param name="path">A model that <see cref="TransferModel.Save"/> wrote.</param>
    /// <param name="options">How it serves; null (default): all defaults.</param>
    /// <exception cref="InvalidOperationException">There is one already: use <see cref="AddKeyedImageClassifier"/> for further
    /// ones.</exception>
    public static IServiceCollection AddImageClassifier(
        this IServiceCollection services, string path, ClassifierServiceOptions? options = null) =>
        services.AddImages(null, path, options);

    /// <summary>
    /// Registers an <see cref="IImageClassifier"/> beside others, as a keyed service, with a health check named <c>image classifier
    /// KEY</c>.
    /// </summary>
    /// <param name="services">The services.</param>
    /// <param name="key">The service's key.</param>
    /// <param name="path">A model that <see cref="TransferModel.Save"/> wrote.</param>
    /// <param name="options">How it serves; null (default): all defaults.</param>
    /// <exception cref="InvalidOperationException">There is one of that key already.</exception>
    public static IServiceCollection AddKeyedImageClassifier(
        this IServiceCollection services, string key, string path, ClassifierServiceOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(key);
        return services.AddImages(key, path, options);
    }

    /// <summary>Registers an <see cref="ITextClassifier"/>, with a health check named <c>text classifier</c>.</summary>
    /// <param name="services">The services.</param>
    /// <param name="path">A model that <see cref="TransferModel.Save"/> wrote.</param>
    /// <param name="options">How it serves; null (default): all defaults.</param>
    /// <exception cref="InvalidOperationException">There is one already: use <see cref="AddKeyedTextClassifier"/> for further
    /// ones.</exception>
    public static IServiceCollection AddTextClassifier(
        this IServiceCollection services, string path, ClassifierServiceOptions? options = null) =>
        services.AddTexts(null, path, options);

    /// <summary>
    /// Registers an <see cref="ITextClassifier"/> beside others, as a keyed service, with a health check named <c>text classifier
    /// KEY</c>.
    /// </summary>
    /// <param name="services">The services.</param>
    /// <param name="key">The service's key.</param>
    /// <param name="path">A model that <see cref="TransferModel.Save"/> wrote.</param>
    /// <param name="options">How it serves; null (default): all defaults.</param>
    /// <exception cref="InvalidOperationException">There is one of that key already.</exception>
    public static IServiceCollection AddKeyedTextClassifier(
        this IServiceCollection services, string key, string path, ClassifierServiceOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(key);
        return services.AddTexts(key, path, options);
    }

    private static IServiceCollection AddImages(
        this IServiceCollection services, string? key, string path, ClassifierServiceOptions? options) =>
        services.Add<IImageClassifier, ImageModel, RgbImage>(
            Image, key, path, options, (file, chosen) => new(file, chosen), host => new HostedImageClassifier(host));

    private static IServiceCollection AddTexts(
        this IServiceCollection services, string? key, string path, ClassifierServiceOptions? options) =>
        services.Add<ITextClassifier, TextModel, string>(
            Text, key, path, options, (file, chosen) => new(file, chosen), host => new HostedTextClassifier(host));

    private static IServiceCollection Add<TService, TModel, TExample>(
        this IServiceCollection services, string kind, string? key, string path, ClassifierServiceOptions? options,
        Func<string, ClassifierServiceOptions, TModel> open, Func<ClassifierHost<TModel, TExample>, TService> create)
        where TService : class where TModel : class, IServedModel<TExample>
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        if (services.Any(service => service.ServiceType == typeof(TService) && Equals(service.ServiceKey, key)))
            throw new InvalidOperationException(key is null
                ? $"There is an {typeof(TService).Name} already: register further ones under a key."
                : $"There is an {typeof(TService).Name} of the key '{key}' already: choose another key.");

        var (name, chosen) = (key is null ? kind : $"{kind} {key}", options ?? new());
        services.TryAddSingleton(provider => new ClassifierTelemetry(provider.GetService<IMeterFactory>()));
        // The host has a key of its own, since services of one type may have several.
        var own = new object();
        services.AddKeyedSingleton(own, (provider, _) => new ClassifierHost<TModel, TExample>(
            name, path, chosen, file => open(file, chosen), provider.GetRequiredService<ClassifierTelemetry>(),
            provider.GetService<ILoggerFactory>()?.CreateLogger(typeof(TService).FullName!) ?? NullLogger.Instance));
        services.AddSingleton<IHostedService>(Host);
        services.AddHealthChecks().Add(new HealthCheckRegistration(
            name, provider => new ClassifierHealthCheck<TModel, TExample>(Host(provider)), null, ["transferlearning"]));
        return key is null
            ? services.AddSingleton(provider => create(Host(provider)))
            : services.AddKeyedSingleton(key, (provider, _) => create(Host(provider)));

        ClassifierHost<TModel, TExample> Host(IServiceProvider provider) =>
            provider.GetRequiredKeyedService<ClassifierHost<TModel, TExample>>(own);
    }
}
