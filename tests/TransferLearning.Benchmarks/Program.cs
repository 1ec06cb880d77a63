using TransferLearning.Benchmarks;

return args switch
{
    ["flowers", .. var rest] => Flowers.Run(rest),
    ["loop"] => Loop.Run(),
    ["peer"] => Peer.Run(),
    ["memory"] => MemoryUse.Run(),
    ["images"] => Images.Run(),
    ["encode"] => SentenceEncoding.Run(),
    ["texts", .. var rest] => Texts.Run(rest),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("""
        flowers head|full|gradual [SEEDS]   accuracy on the flower photographs, mean over seeds; epochs on cached features against the first
        loop                                an epoch of Trainer against a loop written by hand, same model, batch and optimizer
        peer                                a training step of ResNet-18 against the TorchVision package's
        memory                              live tensors and memory after 50 and after 1,000 steps
        encode                              sentence vectors in batches of like length against all texts padded to 128 tokens
        texts SET head|full|8|16            accuracy on sst2, trec or banking77: the whole set, or the five draws of 8 or 16 examples a class
        images                              decoding and preprocessing, images a second on one thread
        """);
    return 2;
}
