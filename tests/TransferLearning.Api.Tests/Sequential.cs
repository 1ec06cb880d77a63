// Tensors that leak are counted for the whole process, and torch already uses every core.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
