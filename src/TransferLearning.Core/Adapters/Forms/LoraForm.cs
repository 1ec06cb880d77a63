using static TorchSharp.torch;

namespace TransferLearning;

/// <summary>Finds the form of any module, whoever wrote it: by its parameters, and by trying it.</summary>
internal static class LoraForm
{
    /// <summary>The form of a module; or null, and why it has none.</summary>
    public static ILoraForm? Of(nn.Module module, out string reason)
    {
        string[] parameters = [.. module.named_parameters().Select(entry => entry.name)];
        reason = "";
        if (!parameters.Contains("weight") || parameters.Any(name => name is not ("weight" or "bias")))
            reason = $"its parameters are {(parameters.Length == 0 ? "none" : string.Join(", ", parameters.Take(5)))}, and not "
                + "weight, or weight and bias";
        else if (module is not nn.Module<Tensor, Tensor> layer)
            reason = "it is no module of one tensor that gives one tensor";
        else if (module.get_parameter("weight")!.dim() is var dimensions && dimensions == 2)
        {
            if (((ILoraForm?)LinearForm.Of(layer) ?? EmbeddingForm.Of(layer)) is { } form) return form;
            reason = "it neither multiplies by its weight and adds its bias, nor looks rows up, so that LoRA could not be merged into it";
        }
        else if (dimensions is 3 or 4)
        {
            if (ConvolutionForm.Of(layer) is { } form) return form;
            reason = $"its stride and padding are unknown: {nameof(IAdaptableConvolution)} tells them";
        }
        else
            reason = $"its weight has {dimensions} dimensions, and not 2 (linear, embedding), 3 or 4 (convolution)";
        return null;
    }
}
