using System.Collections.Immutable;

namespace Comity.Core.Members;

/// <summary>The charters of one network from the genesis on, each checked against the one before. Immutable: it only ever grows, into a new value.</summary>
public sealed class CharterChain
{
    private readonly ImmutableList<Charter> _charters;

    private CharterChain(CharterHash genesis, ImmutableList<Charter> charters) => (Genesis, _charters) = (genesis, charters);

    /// <summary>The hash of the first charter, exchanged in person.</summary>
    public CharterHash Genesis { get; }

    /// <summary>The newest charter; null before the genesis has been fetched.</summary>
    public Charter? Current => _charters.IsEmpty ? null : _charters[^1];

    /// <summary>How many charters there are, which is also the number of the newest.</summary>
    public int Count => _charters.Count;

    /// <summary>Every charter, oldest first.</summary>
    public IReadOnlyList<Charter> All => _charters;

    /// <summary>A chain that holds nothing yet and takes only the genesis with this hash.</summary>
    public static CharterChain Pinned(CharterHash genesis) => new(genesis, []);

    /// <summary>Links charters that were kept or sent together.</summary>
    /// <param name="genesis">The hash of the first.</param>
    /// <param name="charters">In order, each a JWS in general JSON form.</param>
    /// <returns>The chain, empty for no charters; null where one of them does not follow.</returns>
    public static CharterChain? Of(CharterHash genesis, IEnumerable<byte[]> charters)
    {
        var chain = Pinned(genesis);
        foreach (var charter in charters)
        {
            if (chain.Add(charter) is not CharterAddition.Added added)
            {
                return null;
            }

            chain = added.Chain;
        }

        return chain;
    }

    /// <summary>The charter with this number; null where the chain has none.</summary>
    public Charter? At(int number) => number >= 1 && number <= _charters.Count ? _charters[number - 1] : null;

    /// <summary>Offers a charter from outside.</summary>
    /// <param name="utf8">A JWS in general JSON form.</param>
    public CharterAddition Add(ReadOnlyMemory<byte> utf8) => Charter.TryRead(utf8, out var charter, out var faults)
        ? Add(charter)
        : new CharterAddition.Refused(CharterFault.Malformed, string.Join("; ", faults));

    /// <summary>Offers a charter.</summary>
    public CharterAddition Add(Charter charter)
    {
        if (At(charter.Number) is { } there && there.Hash == charter.Hash)
        {
            return new CharterAddition.AlreadyThere(there);
        }

        if (Current is { } current && charter.Network != current.Network)
        {
            return new CharterAddition.Refused(CharterFault.WrongNetwork, $"$.network: is {charter.Network}; this network is {current.Network}");
        }

        if (charter.Number > Count + 1)
        {
            return new CharterAddition.Gap(Count + 1, charter.Number);
        }

        if (Check(charter) is { } refused)
        {
            return refused;
        }

        return charter.Number <= Count
            ? new CharterAddition.Refused(CharterFault.Fork, $"charter {charter.Number} with hash {charter.Hash} is signed as it must be, and so is the one here with hash {At(charter.Number)!.Hash}")
            : new CharterAddition.Added(new CharterChain(Genesis, _charters.Add(charter)), charter);
    }

    private CharterAddition.Refused? Check(Charter charter)
    {
        var previous = At(charter.Number - 1);
        var refused = previous is null ? CheckGenesis(charter) : CheckSuccession(charter, previous);
        if (refused is not null)
        {
            return refused;
        }

        var tally = SignatureTally.Of(charter, previous);
        return tally.IsComplete ? null : new CharterAddition.Refused(CharterFault.NotSigned, Missing(tally));
    }

    private CharterAddition.Refused? CheckGenesis(Charter charter) => charter.Hash == Genesis
        ? null
        : new CharterAddition.Refused(CharterFault.WrongGenesis, $"the genesis has hash {charter.Hash}; {Genesis} was given");

    private static CharterAddition.Refused? CheckSuccession(Charter charter, Charter previous)
    {
        if (charter.Previous != previous.Hash)
        {
            return new CharterAddition.Refused(CharterFault.BrokenChain, $"$.previous: is {charter.Previous}; charter {previous.Number} has hash {previous.Hash}");
        }

        return charter.Issued < previous.Issued
            ? new CharterAddition.Refused(CharterFault.BrokenChain, "$.issued: is before that of the charter before")
            : null;
    }

    private static string Missing(SignatureTally tally)
    {
        var parts = new List<string>();
        if (tally.Signed < tally.Needed)
        {
            parts.Add($"{tally.Signed} of the members before signed with a root of theirs, {tally.Needed} must");
        }

        if (tally.New.Where(e => !e.Signed).Select(e => e.Member.ToString()).ToArray() is { Length: > 0 } absent)
        {
            parts.Add($"the new root of {string.Join(", ", absent)} did not sign");
        }

        return string.Join("; ", parts);
    }
}
