using Comity.Core.Jose;

namespace Comity.Core.Members;

/// <summary>A member as its charter lists it, changed by the notices that came after, in their order.</summary>
internal sealed class MemberState
{
    private readonly Dictionary<KeyId, Notice.Revocation> _revoked = [];
    private readonly Dictionary<KeyId, IReadOnlyDictionary<string, long>> _trusted = [];
    private readonly List<Notice> _withoutEffect = [];
    private readonly Dictionary<string, LogEnd> _ended;

    private MemberState(CharterMember listed) => (Keys, Suspended, _ended) = (listed.Keys, listed.Suspended, listed.Ended.ToDictionary(end => end.Log, StringComparer.Ordinal));

    public MemberKeys Keys { get; private set; }

    public bool Suspended { get; private set; }

    public IReadOnlyList<Notice> WithoutEffect => _withoutEffect;

    /// <summary>The logs that ended, by origin.</summary>
    public IReadOnlyDictionary<string, LogEnd> Ended => _ended;

    /// <summary>The roots that may sign for the member now.</summary>
    public IEnumerable<Jwk> ActiveRoots => Keys[KeyUse.Root].Active.Where(k => !_revoked.ContainsKey(k.Id));

    /// <param name="listed">The member in its charter.</param>
    /// <param name="notices">Accepted notices about this member, in any order.</param>
    /// <param name="isTaken">Whether a key is in the charter already.</param>
    public static MemberState Of(CharterMember listed, IEnumerable<Notice> notices, Func<KeyId, bool> isTaken)
    {
        var state = new MemberState(listed);
        // Two nodes that hold the same notices must come to the same state, in whatever order they heard of them.
        foreach (var notice in notices.Where(n => n.Sequence > listed.Noticed).OrderBy(n => n.Sequence).ThenBy(n => n.Hash.ToString(), StringComparer.Ordinal))
        {
            if (!state.Apply(notice, isTaken))
            {
                state._withoutEffect.Add(notice);
            }
        }

        return state;
    }

    public KeyStatus StatusOf(KeyUse use, Jwk key)
    {
        if (_revoked.TryGetValue(key.Id, out var revocation))
        {
            return new KeyStatus.Revoked(_trusted[key.Id], revocation.Reason);
        }

        var set = Keys[use];
        if (key.Equals(set.Current))
        {
            return new KeyStatus.Current();
        }

        if (key.Equals(set.Next))
        {
            return new KeyStatus.Next();
        }

        var retired = set.Retired.First(r => r.Key.Equals(key));
        return new KeyStatus.Retired(retired.LogSizes, retired.At);
    }

    /// <summary>The keys as the next charter can list them: what is revoked is retired with the sizes still trusted.</summary>
    /// <returns>Null where a use has no key left that is not revoked; then the notices must go on applying.</returns>
    public MemberKeys? ToListed()
    {
        var listed = Keys;
        foreach (var (use, set) in Keys.All)
        {
            if (set.Active.Where(k => !_revoked.ContainsKey(k.Id)).ToArray() is not [var current, .. var rest])
            {
                return null;
            }

            var retired = set.Retired.Select(r => _revoked.ContainsKey(r.Key.Id) ? r with { LogSizes = _trusted[r.Key.Id] } : r)
                .Concat(set.Active.Where(k => _revoked.ContainsKey(k.Id)).Select(k => new RetiredKey(k, _revoked[k.Id].Issued, _trusted[k.Id])));
            listed = listed.With(use, new KeySet(current, rest.FirstOrDefault(), [.. retired]));
        }

        return listed;
    }

    private bool Apply(Notice notice, Func<KeyId, bool> isTaken)
    {
        switch (notice)
        {
            case Notice.Suspension:
                return Suspended = true;
            case Notice.Revocation revocation:
                // Two that disagree: trust what both trust.
                _trusted[revocation.Key] = _trusted.TryGetValue(revocation.Key, out var before)
                    ? before.Where(b => revocation.TrustedSizes.ContainsKey(b.Key)).ToDictionary(b => b.Key, b => Math.Min(b.Value, revocation.TrustedSizes[b.Key]))
                    : revocation.TrustedSizes;
                _revoked.TryAdd(revocation.Key, revocation);
                return Keys.All.Any(k => k.Keys.All.Any(key => key.Id == revocation.Key));
            case Notice.Rotation rotation:
                return Rotate(rotation, isTaken);
            case Notice.Epoch epoch:
                // A log ends once: what was said first stays.
                return epoch.Ends.Count(end => _ended.TryAdd(end.Log, end)) > 0;
            default:
                return false;
        }
    }

    private bool Rotate(Notice.Rotation rotation, Func<KeyId, bool> isTaken)
    {
        var set = Keys[rotation.Use];
        bool fits = set.Current.Id == rotation.Retired && set.Next?.Id == rotation.Promoted && !_revoked.ContainsKey(rotation.Promoted)
            && !(rotation.Next is { } n && (isTaken(n.Id) || _revoked.ContainsKey(n.Id) || Keys.All.Any(k => k.Keys.All.Contains(n))));
        if (fits)
        {
            var retired = new RetiredKey(set.Current, rotation.Issued, rotation.LogSizes);
            Keys = Keys.With(rotation.Use, new KeySet(set.Next!, rotation.Next, [.. set.Retired, retired]));
        }

        return fits;
    }
}
