using TransferLearning.TestKit;
using static TorchSharp.torch;

namespace TransferLearning.Vision.Tests;

[NoTensorLeaks(MakesModels = true)]
public sealed class ImageEncoderTests(TrainedModel trained) : IClassFixture<TrainedModel>, IDisposable
{
    private readonly ImageEncoder _encoder = ImageEncoder.Load(device: CPU);

    private byte[][] Bytes => [.. trained.Files.Select(File.ReadAllBytes)];

    public void Dispose() => _encoder.Dispose();

    [Fact]
    public void Vectors_are_the_backbones_features_of_length_1_or_as_they_are()
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        using var batch = TrainedModel.Images("validation", 1).Prepare(trained.Backbone.Info.Input).Load([0, 1], default);
        var expected = trained.Backbone.Extract(batch.Input)[0].data<float>().ToArray();
        var length = Math.Sqrt(expected.Sum(x => (double)x * x));
        using var plain = ImageEncoder.Load(device: CPU, normalize: false);

        (_encoder.Size, _encoder.Id).Should().Be((1280, "efficientnet_lite0"));
        Near(plain.Embed(trained.Files[0]), expected, 1e-4);
        Near(_encoder.Embed(trained.Files[0]), [.. expected.Select(x => (float)(x / length))], 1e-5);
        Math.Sqrt(_encoder.Embed(trained.Files[0]).Sum(x => (double)x * x)).Should().BeApproximately(1, 1e-5);
    }

    [Fact]
    public async Task A_path_a_stream_bytes_and_pixels_give_the_same_vector_alone_and_among_others_waiting_or_not()
    {
        var expected = _encoder.Embed(trained.Files[0]);
        using var stream = File.OpenRead(trained.Files[0]);
        _encoder.Embed(stream).Should().Equal(expected);
        _encoder.Embed(Bytes[0]).Should().Equal(expected);
        _encoder.Embed(ImageDecoder.Decode(trained.Files[0])).Should().Equal(expected);
        (await _encoder.EmbedAsync(trained.Files[0])).Should().Equal(expected);
        (await _encoder.EmbedAsync(Bytes[0])).Should().Equal(expected);
        (await _encoder.EmbedAsync(new AsyncOnlyStream(Bytes[0]))).Should().Equal(expected);

        var all = _encoder.Embed(trained.Files).ToArray();
        all.Should().HaveCount(8);
        Near(all[0], expected, 1e-5);
        Same(_encoder.Embed(Bytes).ToArray());
        Same(_encoder.Embed(Bytes.Select(bytes => new MemoryStream(bytes))).ToArray());
        Same(_encoder.Embed(trained.Files.Select(file => ImageDecoder.Decode(file))).ToArray());
        Same(await _encoder.EmbedAsync(trained.Files).ToArrayAsync());
        Same(await _encoder.EmbedAsync(Bytes).ToArrayAsync());
        Same(await _encoder.EmbedAsync(Bytes.Select(bytes => new AsyncOnlyStream(bytes))).ToArrayAsync());

        void Same(float[][] vectors)
        {
            foreach (var (vector, other) in vectors.Zip(all)) vector.Should().Equal(other);
        }
    }

    [Fact]
    public void Images_of_one_class_are_more_alike_than_of_two()
    {
        _encoder.Similarity(trained.Files[0], trained.Files[0]).Should().BeApproximately(1, 1e-6);
        var (coats, bags) = (trained.Files.Take(4).ToArray(), trained.Files.Skip(4).ToArray());
        Mean(coats, coats).Should().BeGreaterThan(Mean(coats, bags));

        double Mean(string[] first, string[] second) =>
            first.SelectMany(a => second.Where(b => b != a).Select(b => _encoder.Similarity(a, b))).Average();
    }

    [Fact]
    public void A_saved_model_is_an_encoder_on_what_training_made_of_its_backbone()
    {
        using var encoder = ImageEncoder.Load(trained.Path, CPU);
        Near(encoder.Embed(trained.Files[0]), _encoder.Embed(trained.Files[0]), 1e-5, "only the head was trained");
        using var given = new ImageEncoder(VisionBackbones.OpenModel(trained.Path), CPU, normalize: false);
        given.Embed(trained.Files[0]).Max().Should().BeGreaterThan(0.5f);
    }

    [Fact]
    public void What_cannot_be_read_is_named()
    {
        using var blind = SmallNetwork.Backbone();
        FluentActions.Invoking(() => new ImageEncoder(blind)).Should().Throw<ArgumentException>()
            .WithMessage("*'small'*BackboneInfo.Input*");
        FluentActions.Invoking(() => ImageEncoder.Load("efficientnet_lite9")).Should().Throw<ArgumentException>()
            .WithMessage("*no vision backbone*");
        _encoder.Invoking(encoder => encoder.Embed([Bytes[0], [1]]).ToList()).Should().Throw<ImageFormatException>()
            .WithMessage("'image 1' is*");
    }

    [Fact]
    public void An_image_for_which_broken_weights_give_no_numbers_is_named()
    {
        var backbone = VisionBackbones.Load("efficientnet_lite0");
        using (no_grad()) backbone.Module.parameters().First().fill_(double.NaN);
        using var encoder = new ImageEncoder(backbone, CPU);
        encoder.Invoking(e => e.Embed(trained.Files[1])).Should().Throw<ArgumentException>()
            .WithMessage($"'{trained.Files[1]}' makes the model give NaN*");
        encoder.Invoking(e => e.Embed(Bytes).ToList()).Should().Throw<ArgumentException>()
            .WithMessage("'image 0' makes the model give NaN*");
    }

    [Fact]
    public async Task It_serves_threads_to_the_last_while_it_is_disposed_and_refuses_later_ones_by_name()
    {
        var encoder = ImageEncoder.Load(device: CPU);
        var opened = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var inFlight = encoder.EmbedAsync(new AsyncOnlyStream(Bytes[0]) { BeforeRead = _ => opened.Task });
        var (answered, refused) = (0, 0);
        var workers = Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            try
            {
                while (true)
                {
                    encoder.Embed(Bytes[0]);
                    Interlocked.Increment(ref answered);
                }
            }
            catch (ObjectDisposedException error)
            {
                error.ObjectName.Should().Be("ImageEncoder");
                Interlocked.Increment(ref refused);
            }
        })).ToArray();
        while (Volatile.Read(ref answered) < 8) await Task.Yield();
        encoder.Dispose();
        await Task.WhenAll(workers);
        refused.Should().Be(4);
        opened.SetResult();
        (await inFlight).Should().HaveCount(1280);
    }

    private static void Near(float[] actual, float[] expected, double tolerance, string because = "") =>
        actual.Zip(expected, (a, b) => Math.Abs(a - b)).Max().Should().BeLessThan((float)tolerance, because);
}
