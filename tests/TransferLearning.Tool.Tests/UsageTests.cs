using TransferLearning.TestKit;

namespace TransferLearning.Tool.Tests;

/// <summary>What cannot work ends with exit code 2 and one line on the error stream that names the cause.</summary>
public sealed class UsageTests(ToolRun tool) : IClassFixture<ToolRun>
{
    [Fact]
    public void Help_names_every_option()
    {
        var (exitCode, output, _) = tool.Run("train", "--help");
        exitCode.Should().Be(0);
        foreach (var option in new[]
        {
            "data", "task", "validation", "text", "label", "backbone", "weights", "strategy", "epochs", "batch", "input-size", "max-length",
                "seed", "device",
            "loader-threads", "output", "report", "checkpoints", "resume", "force",
        })
            output.Should().Contain($"  --{option} ");
        tool.Run("--help").Output.Should().ContainAll("train", "evaluate", "predict", "embed", "inspect", "report");
    }

    [Theory]
    [InlineData("train --dta photos", "'--dta'*Did you mean '--data'?")]
    [InlineData("train --colour red --data photos", "'--colour'")]
    [InlineData("predct", "'predct'*Did you mean 'predict'?")]
    [InlineData("train", "--data")]
    [InlineData("train --data photos --task sounds", "'sounds'*'image' 'text'")]
    [InlineData("train --data photos --strategy nonsense", "'nonsense'*'auto' 'few-shot' 'head' 'full' 'gradual'")]
    [InlineData("train --data photos --epochs 0", "'0'*--epochs*whole number from 1")]
    [InlineData("train --data photos --epochs many", "'many'*--epochs*whole number from 1")]
    [InlineData("train --data photos --batch 0", "'0'*--batch*whole number from 1")]
    [InlineData("train --data photos --batch", "--batch")]
    [InlineData("train --data photos --loader-threads -1", "'-1'*--loader-threads*whole number from 0")]
    [InlineData("train --data photos --resume", "--checkpoints FOLDER")]
    [InlineData("train --data photos --device nonsense", "'nonsense'*auto, cpu, cuda")]
    [InlineData("train --data photos --output model.onnx", "'model.onnx'*.safetensors*--output")]
    [InlineData("predict photos", "--model")]
    [InlineData("predict --model m.safetensors", "predict")]
    [InlineData("inspect absent.pth", "'absent.pth'")]
    [InlineData("report absent.json", "absent.json")]
    public void A_wrong_option_is_named(string arguments, string message) => Refused(arguments, message);

    [SkippableFact]
    public void A_file_of_Keras_is_listed()
    {
        var file = TestFiles.Data("checkpoints/keras-mlperf-tiny/pretrainedResnet.h5");
        var output = tool.Run("inspect", file, "--tensors").Output;
        output.Should().ContainAll("Keras HDF5: 48 tensors", "backend: tensorflow", "conv2d_1.weight\tF32 [16, 16, 3, 3]");
    }

    [Theory]
    [InlineData("no file *'none.csv'", "none.csv", "")]
    [InlineData("no column 'txt'", "texts.csv", "--text txt --label kind")]
    [InlineData("no text backbone 'bert-bse-uncased'", "texts.csv", "--text body --label kind --backbone bert-bse-uncased")]
    public void Texts_that_do_not_serve_are_named(string message, string data, string options) =>
        Refused($"train --data {data} {options}".TrimEnd(), message);

    [Fact]
    public void A_folder_that_is_no_data_set_is_named()
    {
        Directory.CreateDirectory(tool["empty"]);
        Refused("train --data nowhere", "'nowhere'");
        Refused("train --data empty", "'empty' holds neither images nor texts*--task image");
        Refused("train --data empty --task image", "'empty'*one sub-folder*each class");
        Refused("train --data photos --validation nowhere", "'nowhere'");

        tool.Copy("train", "single", 2, "bag");
        Refused("train --data single", "'single'*one class only, 'bag'");
        Refused("train --data photos --validation single", "'coat'*single");

        tool.Copy("train", "more", 2, "bag", "coat", "dress");
        Refused("train --data photos --validation more", "dress*bag, coat");

        tool.Copy("train", "broken", 2, "bag", "coat");
        File.WriteAllText(tool["broken/coat/broken.png"], "no picture");
        Refused("train --data broken", "broken.png'");
    }

    [Fact]
    public void Weights_and_outputs_that_do_not_serve_are_named_before_the_training()
    {
        File.WriteAllText(tool["note.txt"], "no weights");
        Refused("train --data photos --backbone efficientnet_lite9", "'efficientnet_lite9'*efficientnet_lite0");
        Refused("train --data photos --weights note.txt", "'note.txt'");
        Refused("train --data photos --weights absent.pth", "'absent.pth'");

        Refused("train --data photos --output photos", "does not end in .safetensors");
        Refused("train --data photos --output note.txt/model.safetensors", "'note.txt/model.safetensors' cannot be written");
        Refused("train --data photos --report note.txt", "cannot be written");
        File.WriteAllText(tool["mine.safetensors"], "another model");
        Refused("train --data photos --output mine.safetensors", "'mine.safetensors' is there already*--force");
        File.ReadAllText(tool["mine.safetensors"]).Should().Be("another model");
    }

    [SkippableFact]
    public void A_folder_without_permission_is_named()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "Elsewhere no folder refuses every user.");
        Refused("train --data photos --output /sys/model.safetensors", "'/sys/model.safetensors' cannot be written");
    }

    [Fact]
    public void A_model_or_an_image_that_does_not_serve_is_named()
    {
        File.WriteAllText(tool["broken.png"], "no picture");
        Directory.CreateDirectory(tool["nothing"]);
        Refused("predict --model absent.safetensors photos", "'absent.safetensors'");
        Refused("predict --model broken.png photos", "'broken.png'");

        tool.Run("train", "--data", "photos", "--output", "trained.safetensors", "--report", "report").ExitCode.Should().Be(0);
        tool.Copy("train", "mixed", 1, "bag");
        File.WriteAllText(tool["mixed/bag/broken.png"], "no picture");
        Refused("predict --model trained.safetensors broken.png", "'broken.png'");
        Refused("predict --model trained.safetensors mixed", "broken.png'");
        Refused("predict --model trained.safetensors absent.png", "absent.png'");
        Refused("predict --model trained.safetensors nothing", "'nothing' holds no images");

        var whole = File.ReadAllBytes(tool["trained.safetensors"]);
        File.WriteAllBytes(tool["short.safetensors"], whole[..(whole.Length / 2)]);
        Refused("predict --model short.safetensors photos", "'short.safetensors'");
    }

    [SkippableFact]
    public void A_GPU_that_is_not_there_is_refused()
    {
        Skip.If(File.Exists("/dev/nvidiactl") || OperatingSystem.IsWindows(), "This machine may have a GPU.");
        Refused("train --data photos --device cuda", "'cuda' is not available*'cpu'");
    }

    private void Refused(string arguments, string message)
    {
        var (exitCode, output, error) = tool.Run(arguments.Split(' '));
        exitCode.Should().Be(2, error);
        output.Should().NotContain("   at ").And.NotContain("Epoch");
        var line = error.Split('\n', StringSplitOptions.RemoveEmptyEntries).Should().ContainSingle(arguments).Subject;
        line.Should().Match($"*{message}*").And.NotContain("Exception").And.NotContain("(Parameter");
    }
}
