using TransferLearning.TestKit;

namespace TransferLearning.Text.Tests.Data;

public sealed class TokenDatasetTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(TextSide.Right)]
    [InlineData(TextSide.Left)]
    public void The_first_token_of_each_word_has_its_label_and_no_other_counts(TextSide padding)
    {
        var data = TokenDataset.From([(["Unbelievably", "U.S.", "teams", "won"], ["O", "LOC", "O", "O"]), (["He", "won"], ["O", "O"])]);
        var source = data.Prepare(TinyFolder.Spec with { PaddingSide = padding, WordSplit = WordSplit.WhiteSpace });
        using var batch = source.Load([0, 1], default);

        var tokenizer = TinyFolder.Spec.Tokenizer;
        var targets = batch.Target.Values.data<long>().ToArray();
        var ids = batch.Input.Values.data<long>().ToArray();
        batch.Target.Values.shape.Should().Equal(batch.Input.Values.shape);
        ids.Zip(targets).Where(token => token.Second >= 0)
            .Select(token => (tokenizer.TokenOf((int)token.First), data.Targets.Names[(int)token.Second]))
            .Should().Equal(("un", "O"), ("u", "LOC"), ("teams", "O"), ("won", "O"), ("he", "O"), ("won", "O"));
        targets.Where(target => target < 0).Should().OnlyContain(target => target == RaggedTargets.Ignored).And.HaveCountGreaterThan(6);
        source.Lengths.Should().HaveCount(2);
    }

    [Fact]
    public void Its_checksum_tells_the_words_apart()
    {
        Of("new york", "is").Checksum.Should().NotBe(Of("new", "york is").Checksum);
        Of("new", "york").Checksum.Should().Be(Of("new", "york").Checksum);

        static TokenDataset Of(params string[] words) => TokenDataset.From([(words, ["a", "b"])]);
    }

    [Fact]
    public void Words_are_cut_as_predictions_cut_them_and_what_follows_is_inside()
    {
        var data = TokenDataset.From([(["The", "U.S.", "(1-2)"], ["O", "B-LOC", "S-NUM"])], ["O", "B-LOC", "I-LOC", "S-NUM"]);
        using var batch = data.Prepare(TinyFolder.Spec).Load([0], default);
        string[] tags = [.. batch.Target.Values.data<long>().ToArray().Select(tag => tag < 0 ? "-" : data.Targets.Names[(int)tag])];
        string.Join(' ', tags).Should().Be("- O B-LOC I-LOC I-LOC I-LOC S-NUM - - - - -");
        using var whole = data.Prepare(TinyFolder.Spec with { WordSplit = WordSplit.WhiteSpace }).Load([0], default);
        whole.Target.Values.ge(0).sum().item<long>().Should().Be(3);
    }

    [Fact]
    public void Targets_have_the_mask_of_the_input()
    {
        var data = TokenDataset.From([(["one", "two", "three"], ["a", "b", "a"]), (["one"], ["a"])]);
        using var batch = data.Prepare(TinyFolder.Spec).Load([0, 1], default);
        batch.Target.Mask!.eq(batch.Input.Mask!).all().item<bool>().Should().BeTrue();
    }

    [Fact]
    public void The_checksum_tells_words_and_classes_apart() => new[]
    {
        TokenDataset.From([(["a", "b"], ["x", "y"])]).Checksum, TokenDataset.From([(["a", "c"], ["x", "y"])])
            .Checksum, TokenDataset.From([(["a", "b"], ["y", "x"])]).Checksum,
    }.Should().OnlyHaveUniqueItems();

    [Fact]
    public void What_is_cut_is_reported_and_windows_are_refused()
    {
        var data = TokenDataset.From([(["one", "two", "three", "four", "five"], ["a", "b", "a", "b", "a"])]);
        data.Prepare(TinyFolder.Spec with { MaxLength = 5 }).Remarks.Should().ContainSingle().Which.Should().Contain("1 of 1 texts")
            .And.Contain("into sentences");
        using var batch = data.Prepare(TinyFolder.Spec with { MaxLength = 5, TruncationSide = TextSide.Left }).Load([0], default);
        batch.Target.Values.data<long>().ToArray()[1..^1].Should().Equal(0, 1, 0);
        data.Invoking(d => d.Prepare(TinyFolder.Spec with { Stride = 2 })).Should().Throw<ArgumentException>().WithMessage("*Stride null*");
        data.Invoking(d => d.Prepare(TinyFolder.Spec with { MaxLength = 1 })).Should().Throw<ArgumentException>()
            .WithMessage("MaxLength is 1*");
        data.Invoking(d => d.Prepare(null)).Should().Throw<ArgumentException>().WithMessage("*TextSpec*");
    }

    [Fact]
    public void Bad_texts_are_named()
    {
        FluentActions.Invoking(() => TokenDataset.From([])).Should().Throw<ArgumentException>().WithMessage("*at least one text*");
        FluentActions.Invoking(() => TokenDataset.From([(["a"], ["O"]), (["a", "b"], ["O"])])).Should().Throw<ArgumentException>()
            .WithMessage("Text 1 ('a b') has 2 words and 1 classes*");
        FluentActions.Invoking(() => TokenDataset.From([(["a", " "], ["O", "O"])])).Should().Throw<ArgumentException>()
            .WithMessage("Text 0*an empty one*");
        FluentActions.Invoking(() => TokenDataset.From([(["a"], [null!])])).Should().Throw<ArgumentException>()
            .WithMessage("A word of Text 0 ('a') has a label that is null*");
        FluentActions.Invoking(() => TokenDataset.From([([], [])])).Should().Throw<ArgumentException>().WithMessage("Text 0 has no words*");
        FluentActions.Invoking(() => TokenDataset.From([(["a"], ["PER"])], ["O", "PERS"])).Should().Throw<ArgumentException>()
            .WithMessage("A word of Text 0*'PER'*");
    }

    [Theory]
    [InlineData("# sent_id = 1\n# O\nten B-X\n# I-X\n\n# newdoc\nend O\n", "B-X I-X O", 2)]
    [InlineData("#\tB-X\na b\tI-X\t\n", "B-X I-X", 1)]
    [InlineData("10\u00a0km B-X\nend O \n", "B-X O", 1)]
    public void A_number_sign_and_a_fixed_blank_are_parts_of_words(string content, string labels, int count)
    {
        var data = TokenDataset.OpenConll(_folder.Write("train.txt", content));
        data.Targets.Names.Should().Equal(labels.Split(' '));
        data.Count.Should().Be(count);
    }

    [Fact]
    public void A_file_of_the_CoNLL_tasks_is_read()
    {
        var path = _folder.Write(
            "train.txt", "-DOCSTART- -X- -X- O\r\n\r\nEU NNP I-NP B-ORG\r\nrejects VBZ I-VP O\r\n\r\n\r\n# a comment\r\nPeter\tB-PER\r\n. O\r\n"u8.ToArray());
        var data = TokenDataset.OpenConll(path);
        data.Targets.Names.Should().Equal("B-ORG", "B-PER", "O");
        data.Count.Should().Be(2);
        using var batch = data.Subset([1]).Prepare(TinyFolder.Spec).Load([0], default);
        batch.Target.Values.data<long>().Should().Equal(RaggedTargets.Ignored, 1, 2, RaggedTargets.Ignored);
        FluentActions.Invoking(() => TokenDataset.OpenConll(path, ["B-ORG", "O"])).Should().Throw<TextFormatException>()
            .WithMessage("*train.txt', line 8*'B-PER'*");
        FluentActions.Invoking(
            () => TokenDataset.OpenConll(_folder.Write("bad.txt", "EU B-ORG\nrejects\n"u8.ToArray()))).Should().Throw<TextFormatException>()
                .WithMessage("*bad.txt', line 2*'rejects'*one column*");
        FluentActions.Invoking(() => TokenDataset.OpenConll(_folder.Write("empty.txt", "\n\n"u8.ToArray()))).Should()
            .Throw<TextFormatException>().WithMessage("*no word*");
    }
}
