using System.Text.Json;
using System.Text.Json.Nodes;

namespace TransferLearning.Vision.Tests;

public class ImageSpecTests
{
    [Fact]
    public void Specs_with_the_same_values_are_equal()
    {
        var (one, other) = (new ImageSpec { Mean = [0.5f, 0.5f, 0.5f] }, new ImageSpec { Mean = new List<float> { 0.5f, 0.5f, 0.5f } });
        one.Should().Be(other);
        one.GetHashCode().Should().Be(other.GetHashCode());
        one.Should().NotBe(new ImageSpec());
        one.Should().NotBe(one with { Std = [0.5f, 0.5f, 0.4f] });
        one.Should().NotBe(one with { ResizeMode = ResizeMode.Squash });
        one.Should().NotBe(one with { Decoding = new() { Tolerant = true } });
        one.Should().Be(one with { Decoding = new() });
    }

    [Fact]
    public void Json_brings_back_every_value()
    {
        var spec = new ImageSpec
        {
            Height = 240, Width = 200, ResizeSize = 272, ResizeMode = ResizeMode.Squash, Interpolation = Interpolation.Lanczos,
            Mean = [0.48145466f, 0.4578275f, 0.40821073f], Std = [0.26862954f, 0.26130258f, 0.27577711f],
            Decoding = new() { Background = null, ApplyOrientation = false, MaxPixels = 1000, Tolerant = true },
        };
        var json = spec.ToJson();
        ImageSpec.Read(json).Should().Be(spec);
        json.ToJsonString().Should().Contain("\"lanczos\"").And.Contain("\"squash\"").And.Contain("\"background\":null");
    }

    [Fact]
    public void What_json_lacks_has_its_default()
    {
        ImageSpec.Read([]).Should().Be(new ImageSpec());
        ImageSpec.Read(Parse("""{"decoding":{"background":{"red":1,"green":2,"blue":3}}}""")).Decoding.Should().Be(new ImageDecodeOptions { Background = new(1, 2, 3) });
    }

    [Theory]
    [InlineData("""{"height":"tall"}""")]
    [InlineData("""{"mean":null}""")]
    [InlineData("""{"interpolation":3}""")]
    [InlineData("""{"interpolation":"guessed"}""")]
    public void Json_of_another_kind_is_refused(string json) =>
        FluentActions.Invoking(() => ImageSpec.Read(Parse(json))).Should().Throw<Exception>().Which.Should()
            .Match<Exception>(error => error is JsonException || error is ArgumentException);

    private static JsonObject Parse(string json) => JsonNode.Parse(json)!.AsObject();

    [Fact]
    public void A_list_that_was_given_can_change_afterwards()
    {
        float[] mean = [0.1f, 0.2f, 0.3f];
        var spec = new ImageSpec { Mean = mean };
        mean[0] = 9;
        spec.Mean.Should().Equal(0.1f, 0.2f, 0.3f);
    }

    [Fact]
    public void The_crop_fraction_gives_timms_size()
    {
        foreach (var row in GoldenImages.Read("rules.json").GetProperty("timm_scale_size").GetProperty("rows").EnumerateArray())
            ImageSpec.FromCropFraction(row[0].GetInt32(), row[1].GetDouble()).ResizeSize.Should().Be(row[2].GetInt32(), row.GetRawText());
    }

    [Fact]
    public void Impossible_values_are_refused()
    {
        Refused(() => new() { Height = 0 }, "*Height must be 1 to 4096 pixels*");
        Refused(() => new() { Width = 4097 }, "*Width must be 1 to 4096 pixels*");
        Refused(() => new() { ResizeSize = -1 }, "*ResizeSize must be 1 to 4096 pixels*");
        Refused(() => new() { ResizeSize = 20_000 }, "*ResizeSize must be 1 to 4096 pixels*");
        Refused(() => new() { Mean = [0.5f] }, "*Mean takes three numbers*");
        Refused(() => new() { Mean = [0, float.NaN, 0] }, "*Mean takes three numbers*");
        Refused(() => new() { Mean = [0, 1e38f, 0] }, "*Mean takes three numbers*");
        Refused(() => new() { Std = [1, 0, 1] }, "*must be at least 0.000001*");
        Refused(() => new() { Std = [1, 1e-40f, 1] }, "*must be at least 0.000001*");
        Refused(() => new() { Std = [1, float.PositiveInfinity, 1] }, "*Std takes three numbers*");
        Refused(() => new() { Decoding = null! }, "*Decoding*");
        Refused(() => ImageSpec.FromCropFraction(224, 1.5), "*crop fraction*");

        static void Refused(Func<ImageSpec> create, string message) => create.Should().Throw<ArgumentException>().WithMessage(message);
    }
}
