using TransferLearning.Benchmarks;

return args switch
{
    ["flowers", .. var rest] => Flowers.Run(rest),
    ["few", var shots] => FewPhotographs.Run(shots),
    ["cifar10", .. var rest] => Cifar10.Run(rest),
    ["loop"] => Loop.Run(),
    ["peer"] => Peer.Run(),
    ["memory"] => MemoryUse.Run(),
    ["images"] => Images.Run(),
    ["encode"] => SentenceEncoding.Run(),
    ["passes", var set] => PassesToAccuracy.Run(set),
    ["texts", .. var rest] => Texts.Run(rest),
    ["peak"] => Peak.Run(),
    ["adamw"] => OptimizerStep.Run(),
    ["networks", .. var rest] => ImageNetworks.Run(rest),
    ["cached"] => CachedStages.Run(),
    ["bert"] => BertStep.Run(),
    ["photographs"] => Photographs.Run(),
    ["augment"] => Augmentations.Run(),
    ["loader"] => LoaderShare.Run(),
    ["load"] => LoadWeights.Run(),
    ["checkpoint"] => CheckpointPause.Run(),
    ["step-memory"] => StepMemory.Run(),
    ["start", .. var rest] => FirstPrediction.Run(rest),
    ["serve", .. var rest] => Serve.Run(rest),
    ["swaps"] => Swaps.Run(),
    ["batches"] => BatchSizes.Run(),
    ["labels"] => ManyLabels.Run(),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("""
        flowers head|full|gradual [SEEDS]   accuracy on the flower photographs, mean over seeds; epochs on cached features against the first
        few 5|10                            accuracy with so many flower photographs of each class, mean over ten draws
        cifar10 [METHOD] [IMAGES]           accuracy on CIFAR-10 at 96 pixels, with so many images of each class
        loop                                an epoch of Trainer against a loop written by hand, same model, batch and optimizer
        peer                                a training step of ResNet-18 against the TorchVision package's
        memory                              live tensors and memory after 50 and after 1,000 steps
        encode                              sentence vectors in batches of like length against all texts padded to 128 tokens
        texts SET head|full|8|16            accuracy on sst2, trec or banking77: the whole set, or the five draws of 8 or 16 examples a class
        passes SET                          how soon full fine-tuning reaches 95 % of its final accuracy
        peak                                multiplications and additions a second that the processors can do
        adamw                               a step of AdamW against TorchSharp's own
        networks [resnet18|lite0]           prediction and training step against the peak, PyTorch, and plain NCHW
        cached                              training the last stage of ResNet-18 on cached maps against computing them
        bert                                a training step of BERT-base against the peak and PyTorch
        photographs                         files to tensors, on one thread and on two, against Pillow and torchvision
        augment                             photographs cropped, mirrored, recoloured and given to RandAugment, one thread, against torchvision
        loader                              share of an epoch that training waits for photographs
        load                                a safetensors file of 500 MB against a plain read
        checkpoint                          how long a checkpoint of BERT-base stops training, against a plain write
        step-memory                         highest memory of ResNet-50's training steps against PyTorch's
        start                               from the start of a process to its first prediction
        images                              decoding and preprocessing, images a second on one thread
        serve [minute]                      the sample web service under 64 clients, against the same on ONNX Runtime; or a minute of it alone
        swaps                               200 swaps of a model under load, 1,000 loads and disposals
        batches                             one prediction after the other against batches, images and texts
        labels                              training, measures and a linear probe with 20,000 classes and labels
        """);
    return 2;
}
