using System.Collections.Concurrent;
using Comity.Core.Feeds;
using Comity.Core.Members;
using Comity.Core.Registers.Snapshots;
using Comity.Core.Storage;

namespace Comity.Core.Registers;

/// <summary>The registers of this program and, for each feed, what its entries mean to them.</summary>
public sealed class RegisterIndexes
{
    private readonly Dictionary<RegisterName, IRegister> _registers;
    private readonly ConcurrentDictionary<int, FeedName> _feeds = new();
    private readonly BodySealer _sealer;
    private ILookup<RegisterName, RecordAddress> _unreadable = Array.Empty<RecordAddress>().ToLookup(_ => default(RegisterName));

    /// <summary>Binds the registers of the program.</summary>
    public RegisterIndexes(IEnumerable<IRegister> registers, BodySealer sealer)
    {
        _registers = registers.ToDictionary(register => register.Name);
        _sealer = sealer;
    }

    /// <summary>All registers.</summary>
    public IEnumerable<IRegister> All => _registers.Values;

    /// <summary>The register of a name; null where this program has none.</summary>
    public IRegister? Find(RegisterName name) => _registers.GetValueOrDefault(name);

    /// <summary>Which feed a log number is.</summary>
    public FeedName? FeedOf(int log) => _feeds.GetValueOrDefault(log);

    /// <summary>Makes a feed's number known before the first of its records is indexed.</summary>
    public void Know(long log, FeedName feed) => _feeds[(int)log] = feed;

    /// <summary>Fills the indexes from the store: every record in force.</summary>
    /// <param name="session">One state of the store.</param>
    /// <param name="mayIssue">Whether an owner may publish for an issuing code.</param>
    /// <param name="snapshots">Copies of indexes, from which it is faster; null for none.</param>
    public IndexLoading Load(ReadSession session, Func<MemberCode, IssuingCode, bool> mayIssue, IndexSnapshots? snapshots = null)
    {
        var loaded = new RecordLoading(this, session, mayIssue, snapshots).Run();
        _unreadable = loaded.UnreadableAt.ToLookup(at => FeedOf(at.Log)!.Register);
        return loaded;
    }

    /// <summary>Records of a register that are in force and could not be read at start.</summary>
    internal IEnumerable<RecordAddress> Unreadable(IRegister register) => _unreadable[register.Name];

    /// <summary>Opens a stored body; null where it was altered.</summary>
    public RecordBody? Open(SealedBody? body) =>
        body is not null && _sealer.Open(body.Ciphertext, body.Secret) is { } salted && salted.Length >= SaltedBody.SaltLength
        && RecordBody.TryRead(SaltedBody.Content(salted), out var record, out _) ? record : null;

    internal IRegisterRecord? Read(IRegister register, MemberCode owner, SealedBody body, Func<MemberCode, IssuingCode, bool> mayIssue) =>
        Open(body) is { } record && register.Judge(record.Content, code => mayIssue(owner, code)) is Judgement.Accepted accepted ? accepted.Record : null;
}
