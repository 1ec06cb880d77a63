namespace TransferLearning.Tests.Training;

/// <summary>A model that reads sequences and what it is to learn, made anew for a test.</summary>
internal interface ISequenceTask : IDisposable
{
    TransferModel Model { get; }

    IDataset Train { get; }

    IDataset Validation { get; }

    /// <summary>Long enough that it is learnt.</summary>
    TrainerOptions Options { get; }

    /// <summary>The kinds that the saved model is made of.</summary>
    Kinds Kinds { get; }

    /// <summary>A backbone with other weights.</summary>
    IPretrainedBackbone NewBackbone();
}
