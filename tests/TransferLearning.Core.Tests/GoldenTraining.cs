using TransferLearning.TestKit;

namespace TransferLearning.Tests;

/// <summary>
/// The cases of tests/golden/training, and why some are run by no test. Whole files are not there: there is no search for a learning rate
/// (lr_finder), no GPT-2 and no LSTM (loop_gpt2, loop_lstm), torch draws its numbers itself (random), and defaults and groups hold no cases
/// but what other libraries choose.
/// </summary>
internal static class GoldenTraining
{
    /// <summary>By file: why, and which cases.</summary>
    public static readonly IReadOnlyDictionary<string, (string Reason, string[] Cases)[]> NotRun =
        new Dictionary<string, (string, string[])[]>
    {
        ["optimizers"] =
        [
            ("there is no such optimizer",
            [
                "nadam", "nadam_decoupled", "radam", "radam_decoupled", "adamax", "adamax_decay", "rmsprop", "rmsprop_centered",
                "rmsprop_momentum", "rmsprop_tf", "adagrad", "adagrad_options", "adadelta", "adadelta_options", "asgd", "rprop",
                "adafactor_torch", "adafactor_torch_options", "adafactor_hf", "adafactor_hf_warmup_init", "adafactor_hf_fixed",
                "adafactor_hf_beta1", "lamb", "lamb_options", "lamb_groups", "lars", "larc", "muon", "muon_float32", "muon_float32_rms",
                "lookahead_timm", "lookahead_paper", "schedulefree_adamw", "schedulefree_adamw_warmup",
            ]),
            ("another library's form of an optimizer that is PyTorch's here",
                ["fastai_adam", "fastai_sgd", "keras_adam", "keras_adamw", "keras_sgd_nesterov", "keras_sgd_momentum", "keras_rmsprop"]),
        ],
        ["losses"] =
        [
            ("there is no such objective",
            [
                "poly1", "focal_softmax", "jsd_timm", "asl_single_timm", "bce_timm_threshold", "focal_sigmoid", "focal_sigmoid_no_alpha",
                "asl", "asl_no_focus_grad", "log_cosh", "gaussian_nll", "multi_margin", "multi_margin_p2", "hinge_binary", "dice",
            ]),
            ("embeddings are learnt by their cosines alone",
            [
                "margin_ranking", "cosine_embedding", "triplet", "triplet_p1_swap", "triplet_batch_hard", "triplet_batch_all", "contrastive",
                "contrastive_st", "cosent_st", "info_nce", "info_nce_negatives", "info_nce_symmetric", "nt_xent", "supcon", "center",
                "arcface", "cosface",
            ]),
            ("there is no such strategy",
                ["fitnets_hint", "attention_transfer", "r_drop", "mmd_linear", "mmd_gaussian", "coral", "dann", "ewc"]),
        ],
        ["schedules"] =
        [
            ("there is no such schedule",
            [
                "multi_step", "constant", "linear", "linear_defaults", "polynomial", "cosine_warm_restarts", "cosine_warm_restarts_1",
                "one_cycle", "one_cycle_linear", "one_cycle_three_phase", "one_cycle_adam", "cyclic_triangular", "cyclic_triangular2",
                "cyclic_exp_range", "sequential_constant_exponential", "chained", "swa_lr", "hf_cosine_cycles", "hf_cosine_hard_restarts",
                "hf_polynomial", "hf_inverse_sqrt", "hf_inverse_sqrt_timescale", "hf_wsd", "hf_wsd_min", "timm_cosine_cycles",
                "timm_cosine_k_decay", "timm_multistep", "timm_poly", "timm_tanh", "timm_plateau", "fastai_combined_cos",
                "fastai_fit_one_cycle", "fastai_fit_one_cycle_slice", "fastai_fit_one_cycle_slice_stop", "fastai_fine_tune",
                "fastai_fine_tune_options", "fastai_fit_flat_cos", "fastai_fit_sgdr",
            ]),
            ("a warm-up starts at 0 and ends before the decay begins",
            [
                "sequential_warmup_cosine", "hf_cosine_warmup_min_lr", "timm_cosine_warmup", "timm_cosine_warmup_prefix", "timm_step",
                "slanted_triangular", "slanted_triangular_uneven", "slanted_triangular_floor",
            ]),
        ],
        ["averaging"] = [("it truncates the mean of integers, which are copied here", ["timm_v2"])],
        ["clipping"] =
        [
            ("gradients are clipped by the 2-norm of all of them",
            [
                "norm_1", "norm_inf", "norm_nan_error", "value", "value_nan", "agc", "keras_clipnorm", "keras_global_clipnorm",
                "keras_clipvalue",
            ]),
        ],
        ["early_stopping"] = [("a patience is 1 or more", ["patience_zero"])],
        ["loop_cnn"] = [],
        ["peft"] = [],
    };

    /// <summary>The names of a file's cases that a test runs.</summary>
    /// <param name="file">Its name, such as <c>optimizers</c>.</param>
    /// <param name="but">Those that another test runs.</param>
    public static TheoryData<string> Cases(string file, params string[] but) =>
        [.. GoldenCase.Open($"training/{file}").Names.Except(NotRun[file].SelectMany(entry => entry.Cases)).Except(but)];
}
