using System.Security.Cryptography;
using System.Text;

namespace TransferLearning;

/// <summary>A file of a repository on the hub, with names that are safe in paths and addresses.</summary>
internal sealed record HubFile
{
    private HubFile(string[] repository, string[] revision, string[] path) =>
        (Repository, Revision, Path) = (string.Join('/', repository), string.Join('/', revision), string.Join('/', path));

    public string Repository { get; }

    public string Revision { get; }

    public string Path { get; }

    /// <summary>A name for files that concern this download, equal in every process.</summary>
    public string Key => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{Revision}\n{Path}")))[..32];

    /// <returns>Null where the request names no repository.</returns>
    /// <exception cref="ArgumentException">A name could leave its folder or address.</exception>
    public static HubFile? Of(WeightRequest request)
    {
        if (request.Repository is null) return null;
        var repository = SafePath.Segments(request.Repository, "repository");
        return repository.Length <= 2
            ? new(repository, SafePath.Segments(request.Revision, "revision"), SafePath.Segments(request.File, "file of a repository"))
            : throw new ArgumentException($"'{request.Repository}' is no repository. It has the form owner/name.");
    }

    public Uri Address(Uri endpoint) =>
        new($"{endpoint.AbsoluteUri.TrimEnd('/')}/{Repository}/resolve/{Uri.EscapeDataString(Revision)}/{Path}");
}
