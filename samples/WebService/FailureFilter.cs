using System.Globalization;
using TransferLearning.Extensions.Hosting;
using TransferLearning.Vision;

namespace WebService;

/// <summary>Answers what cannot be answered with a status and a sentence.</summary>
internal sealed class FailureFilter : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        try
        {
            return await next(context);
        }
        catch (ImageFormatException error)
        {
            return Results.Problem(error.Message, statusCode: StatusCodes.Status400BadRequest);
        }
        catch (BadHttpRequestException error)
        {
            return Results.Problem(error.Message, statusCode: error.StatusCode);
        }
        catch (ClassifierUnavailableException error)
        {
            context.HttpContext.Response.Headers.RetryAfter = error.RetryAfter.TotalSeconds.ToString("F0", CultureInfo.InvariantCulture);
            return Results.Problem(error.Message, statusCode: StatusCodes.Status503ServiceUnavailable);
        }
        catch (OperationCanceledException) when (context.HttpContext.RequestAborted.IsCancellationRequested)
        {
            return Results.StatusCode(StatusCodes.Status499ClientClosedRequest);
        }
    }
}
