using System.Reflection;

namespace TransferLearning.Architecture.Tests;

/// <summary>Directions between the packages: layers know what they share, that knows no layer, and layers do not know each other.</summary>
public class DependencyTests
{
    [Fact]
    public void Core_references_TorchSharp_and_logging_alone()
    {
        SourceProject.Core.Projects.Should().BeEmpty();
        SourceProject.Core.Packages.Should().BeEquivalentTo("TorchSharp", "Microsoft.Extensions.Logging.Abstractions");
        References("TransferLearning.Core").Where(name => !name.StartsWith("System.", StringComparison.Ordinal))
            .Should().BeSubsetOf(SourceProject.Core.Packages);
    }

    [Fact]
    public void Networks_references_Core_alone()
    {
        SourceProject.Named("TransferLearning.Networks").Projects.Should().Equal(SourceProject.Core.Name);
        SourceProject.Named("TransferLearning.Networks").Packages.Should().BeEmpty();
    }

    [Fact]
    public void Tokenizers_reference_no_torch_and_no_project()
    {
        var tokenizers = SourceProject.Named("TransferLearning.Tokenizers");
        tokenizers.Projects.Should().BeEmpty();
        tokenizers.Packages.Should().Equal("Google.Protobuf");
        References(tokenizers.Name).Where(name => !name.StartsWith("System.", StringComparison.Ordinal)).Should().Equal("Google.Protobuf");
    }

    [Fact]
    public void A_layer_references_no_other_layer()
    {
        foreach (var layer in SourceProject.All.Where(project => project.IsLayer))
            layer.Projects.Should().Contain(SourceProject.Core.Name).And.BeSubsetOf(SourceProject.Shared, "{0} is a layer", layer.Name);
        foreach (var layer in new[] { "TransferLearning.Vision", "TransferLearning.Text" })
            References(layer).Where(name => name.StartsWith("TransferLearning.", StringComparison.Ordinal))
                .Should().BeSubsetOf(SourceProject.Shared);
    }

    [Fact]
    public void An_extension_joins_layers_to_the_ecosystem()
    {
        var layers = SourceProject.All.Where(project => project.IsLayer).Select(project => project.Name).ToList();
        foreach (var extension in SourceProject.All.Where(project => project.IsExtension))
            extension.Projects.Should().NotBeEmpty().And.BeSubsetOf(layers, "{0} is an extension", extension.Name);
    }

    [Fact]
    public void Hosting_references_the_layers_and_what_hosts_are_made_of()
    {
        var hosting = SourceProject.Named("TransferLearning.Extensions.Hosting");
        hosting.Projects.Should().BeEquivalentTo("TransferLearning.Vision", "TransferLearning.Text");
        hosting.Packages
            .Should().BeEquivalentTo("Microsoft.Extensions.Hosting.Abstractions", "Microsoft.Extensions.Diagnostics.HealthChecks");
    }

    [Fact]
    public void Reporting_knows_no_layer_and_is_the_one_that_plots()
    {
        SourceProject.All.Single(project => project.IsReporting).Projects.Should().Equal(SourceProject.Core.Name);
        SourceProject.All.Where(project => project.Packages.Contains("ScottPlot")).Should().OnlyContain(project => project.IsReporting);
    }

    [Fact]
    public void A_weights_package_references_nothing()
    {
        foreach (var weights in SourceProject.All.Where(project => project.IsData))
            weights.Packages.Concat(weights.Projects).Should().BeEmpty("{0} is data only", weights.Name);
    }

    [Fact]
    public void Weights_of_Keras_are_read_for_the_layer_of_images()
    {
        var keras = SourceProject.All.Single(project => project.IsKeras);
        keras.Projects.Should().Equal("TransferLearning.Vision");
        keras.Packages.Should().BeEmpty();
        SourceProject.All.Where(project => !project.IsKeras && !project.IsTool).Should()
            .NotContain(project => project.Projects.Contains(keras.Name), "who wants them asks for them");
    }

    [Theory]
    [InlineData("TorchSharp-", "the application chooses the native torch package")]
    [InlineData("libtorch-", "the application chooses the native torch package")]
    [InlineData("Spectre.", "a library does not write to the console")]
    [InlineData("System.CommandLine", "a library has no command line")]
    public void No_package_references(string prefix, string because)
    {
        foreach (var project in SourceProject.All.Where(project => !project.IsTool))
            project.Packages.Should().NotContain(
                package => package.StartsWith(prefix, StringComparison.OrdinalIgnoreCase), "{0} ({1})", because, project.Name);
    }

    private static IEnumerable<string> References(string assembly) =>
        Assembly.Load(assembly).GetReferencedAssemblies().Select(reference => reference.Name!);
}
