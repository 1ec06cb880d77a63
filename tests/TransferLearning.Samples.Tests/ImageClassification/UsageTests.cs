namespace TransferLearning.Samples.Tests.ImageClassification;

/// <summary>What cannot work ends with exit code 2 and one line on the error stream that names the cause.</summary>
public sealed class UsageTests(Sample sample) : IClassFixture<Sample>
{
    [Fact]
    public void Help_names_every_option()
    {
        var (exitCode, output, _) = sample.Run("--help");
        exitCode.Should().Be(0);
        foreach (var option in new[] { "data", "validation", "backbone", "weights", "strategy", "epochs", "batch", "loader-threads", "seed", "device", "output", "report", "checkpoints", "resume", "predict", "model" })
            output.Should().Contain($"  --{option} ");
    }

    [Theory]
    [InlineData("--colour red", "'--colour'")]
    [InlineData("--strategy nonsense", "'nonsense'*'head' 'full' 'gradual'")]
    [InlineData("--strategy 7", "'7'*'head' 'full' 'gradual'")]
    [InlineData("--epochs 0", "'0'*--epochs*whole number from 1")]
    [InlineData("--epochs many", "'many'*--epochs*whole number from 1")]
    [InlineData("--batch 0", "'0'*--batch*whole number from 1")]
    [InlineData("--batch", "--batch")]
    [InlineData("--loader-threads -1", "'-1'*--loader-threads*whole number from 0")]
    [InlineData("--resume", "--checkpoints FOLDER")]
    [InlineData("--device nonsense", "'nonsense'*auto, cpu, cuda")]
    [InlineData("--predict photos", "--model FILE")]
    [InlineData("--model m.safetensors", "--predict FILE")]
    public void A_wrong_option_is_named(string arguments, string message) => Refused(arguments, message);

    [Fact]
    public void A_folder_that_is_no_data_set_is_named()
    {
        Directory.CreateDirectory(sample["empty"]);
        Refused("--data nowhere", "'nowhere'");
        Refused("--data empty", "'empty'*one sub-folder*each class");
        Refused("--data photos --validation nowhere", "'nowhere'");

        sample.Copy("train", "single", 2, "bag");
        Refused("--data single", "'single'*one class only, 'bag'");
        Refused("--data photos --validation single", "'coat'*single");

        sample.Copy("train", "more", 2, "bag", "coat", "dress");
        Refused("--data photos --validation more", "dress*bag, coat");

        sample.Copy("train", "broken", 2, "bag", "coat");
        File.WriteAllText(sample["broken/coat/broken.png"], "no picture");
        Refused("--data broken", "broken.png'");
    }

    [Fact]
    public void Weights_and_outputs_that_do_not_serve_are_named_before_the_training()
    {
        File.WriteAllText(sample["note.txt"], "no weights");
        Refused("--data photos --backbone efficientnet_lite9", "'efficientnet_lite9'*efficientnet_lite0");
        Refused("--data photos --weights note.txt", "'note.txt'");
        Refused("--data photos --weights absent.pth", "'absent.pth'");

        Refused("--data photos --output photos", "'photos' is a folder");
        Refused("--data photos --output note.txt/model.safetensors", "'note.txt/model.safetensors' cannot be written");
        Refused("--data photos --report note.txt", "cannot be written");
    }

    [SkippableFact]
    public void A_folder_without_permission_is_named()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "Elsewhere no folder refuses every user.");
        Refused("--data photos --output /sys/model.safetensors", "'/sys/model.safetensors' cannot be written");
    }

    [Fact]
    public void A_model_or_an_image_that_does_not_serve_is_named()
    {
        File.WriteAllText(sample["broken.png"], "no picture");
        Directory.CreateDirectory(sample["nothing"]);
        Refused("--predict photos --model absent.safetensors", "'absent.safetensors'");
        Refused("--predict photos --model broken.png", "'broken.png'");

        sample.Run("--data", "photos", "--epochs", "1", "--output", "model.safetensors", "--report", "report").ExitCode.Should().Be(0);
        sample.Copy("train", "mixed", 1, "bag");
        File.WriteAllText(sample["mixed/bag/broken.png"], "no picture");
        Refused("--predict broken.png --model model.safetensors", "'broken.png'");
        Refused("--predict mixed --model model.safetensors", "broken.png'");
        Refused("--predict absent.png --model model.safetensors", "absent.png'");
        Refused("--predict nothing --model model.safetensors", "'nothing' holds no images");

        var whole = File.ReadAllBytes(sample["model.safetensors"]);
        File.WriteAllBytes(sample["short.safetensors"], whole[..(whole.Length / 2)]);
        Refused("--predict photos --model short.safetensors", "'short.safetensors'");
    }

    [SkippableFact]
    public void A_GPU_that_is_not_there_is_refused()
    {
        Skip.If(File.Exists("/dev/nvidiactl") || OperatingSystem.IsWindows(), "This machine may have a GPU.");
        Refused("--data photos --device cuda", "'cuda' is not available*'cpu'");
    }

    private void Refused(string arguments, string message)
    {
        var (exitCode, output, error) = sample.Run(arguments.Split(' '));
        exitCode.Should().Be(2, error);
        output.Should().NotContain("   at ").And.NotContain("Epoch");
        var line = error.Split('\n', StringSplitOptions.RemoveEmptyEntries).Should().ContainSingle(arguments).Subject;
        line.Should().Match($"*{message}*").And.NotContain("Exception").And.NotContain("(Parameter");
    }
}
