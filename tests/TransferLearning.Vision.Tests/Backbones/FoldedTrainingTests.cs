using TransferLearning.TestKit;
using static TorchSharp.torch;

namespace TransferLearning.Vision.Tests;

/// <summary>In a run folded norms are those of the weights that the network has at the time.</summary>
[NoTensorLeaks(MakesModels = true)]
public class FoldedTrainingTests
{
    [Fact]
    public void A_restored_snapshot_predicts_as_it_did()
    {
        var predictions = new Predictions();
        Fit(predictions);
        predictions.AfterFirst.Should().NotEqual(predictions.AfterSecond);
        predictions.Restored.Should().Equal(predictions.AfterFirst);
    }

    [Fact]
    public void Frozen_batch_norms_keep_their_statistics()
    {
        var statistics = new Statistics();
        Fit(new FreezeBatchNorm(), statistics);
        statistics.Means.Should().HaveCount(3).And.OnlyContain(mean => mean == 0);
    }

    private static void Fit(params IFineTuneStrategy[] strategies)
    {
        using var images = rand(4, 3, 32, 32);
        var network = ResNet.Family.Entries[0].Build();
        network.Initialize();
        using var backbone = new VisionBackbone(network, new BackboneInfo("resnet18", network.FeatureSize));
        using var model = backbone.WithHead(new LinearHead(["even", "odd"]));
        new Trainer(new TrainerOptions { Epochs = 2, BatchSize = 2, Optimizer = new AdamW(1e-2) }, strategies)
            .Fit(model, new TensorDataset(images, [0, 1, 0, 1], ["even", "odd"]));
    }

    /// <summary>Predicts in evaluation mode after each epoch, and after going back to the first without leaving it.</summary>
    private sealed class Predictions : IFineTuneStrategy
    {
        private ModelSnapshot? _first;

        public string Description => "predictions";

        public float[] AfterFirst { get; private set; } = [];

        public float[] AfterSecond { get; private set; } = [];

        public float[] Restored { get; private set; } = [];

        public void AfterEpoch(TrainingSession session, EpochReport epoch)
        {
            if (epoch.Epoch == 1)
            {
                (AfterFirst, _first) = (Predict(session), session.Capture());
                return;
            }
            AfterSecond = Predict(session);
            session.Restore(_first!);
            Restored = Predict(session);
        }

        private static float[] Predict(TrainingSession session)
        {
            using var scope = NewDisposeScope();
            using var _ = no_grad();
            session.Model.Eval();
            return session.Model.Forward(ones(1, 3, 32, 32)).Values.data<float>().ToArray();
        }
    }

    /// <summary>What the running means are after each epoch: the largest magnitude.</summary>
    private sealed class Statistics : IFineTuneStrategy
    {
        public string Description => "statistics";

        public List<float> Means { get; } = [];

        public void Prepare(TrainingSession session) => Add(session);

        public void AfterEpoch(TrainingSession session, EpochReport epoch) => Add(session);

        private void Add(TrainingSession session)
        {
            using var scope = NewDisposeScope();
            var means = session.Model.Backbone.Module.named_buffers().Where(
                buffer => buffer.name.EndsWith("running_mean", StringComparison.Ordinal));
            Means.Add(means.Max(mean => mean.buffer.abs().max().item<float>()));
        }
    }
}
