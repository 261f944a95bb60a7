using Comity.Core.Members;
using Comity.Core.Storage;
using Comity.Home;

namespace Comity.Doctor;

/// <summary>An installation under examination: what of it could be opened so far. Nothing is changed in it.</summary>
internal sealed class Patient(string folder, string? passphraseFile, TimeProvider clock) : IDisposable
{
    /// <summary>The home's folder, absolute.</summary>
    public string Folder { get; } = Path.GetFullPath(folder);

    /// <summary>As given on the command line.</summary>
    public string? PassphraseFile => passphraseFile;

    /// <summary>The time.</summary>
    public TimeProvider Clock => clock;

    /// <summary>Set once the options were read.</summary>
    public NodeHome? Home { get; set; }

    /// <summary>Set once the keys were opened.</summary>
    public KeyRing? Ring { get; set; }

    /// <summary>Set once the database answered.</summary>
    public NodeStore? Store { get; set; }

    /// <summary>Set once the charters were read.</summary>
    public StoredNetwork? Network { get; set; }

    /// <inheritdoc/>
    public void Dispose()
    {
        Store?.Dispose();
        Ring?.Dispose();
    }
}
