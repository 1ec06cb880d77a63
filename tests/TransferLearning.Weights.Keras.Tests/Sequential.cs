// Torch has one random generator and one count of live tensors a process.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
