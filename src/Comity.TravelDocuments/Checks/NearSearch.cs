using Comity.Core.Members;
using Comity.Emrtd;
using Comity.Emrtd.Mrz;
using Comity.TravelDocuments.Records;

namespace Comity.TravelDocuments.Checks;

/// <summary>
/// Looks up every number that a probe's number may have been before it was misread or mistyped: some 700 of nine
/// characters, and up to 511 that look alike. Each record counts once, by its best match.
/// </summary>
internal sealed class NearSearch(DocumentIndex index, DocumentProbe probe, Action<DocumentMatch> offer)
{
    private const string Alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

    private readonly string _asked = probe.Number.ToString();
    private readonly DocumentClass? _class = probe.Type?.Class;
    private IndexEntry[] _entries = new IndexEntry[16];

    /// <summary>Offers every near match of one issuer; a record may be offered more than once.</summary>
    public void Run(IssuingCode issuer)
    {
        Optical(issuer);
        Transposed(issuer);
        Substituted(issuer);
        Missing(issuer);
        Extra(issuer);
    }

    /// <summary>What the check digit says about a reported number.</summary>
    internal static MatchRank RankOf(CheckDigitReading reading, ReadOnlySpan<char> reported) => reading.Status switch
    {
        CheckDigitStatus.Verified => MatchRank.Unlikely,
        CheckDigitStatus.Failed when reading.Digit is { } digit =>
            CheckDigit.Of(reported) == digit ? MatchRank.Likely : MatchRank.Unlikely,
        _ => MatchRank.Possible,
    };

    private void Optical(IssuingCode issuer)
    {
        foreach (var number in index.Ranges.Lookalikes(issuer, _asked)) Look(issuer, number, MatchStrength.NearOptical);
        foreach (var number in index.LongNumbers.Lookalikes(issuer, _asked)) Look(issuer, number, MatchStrength.NearOptical);
        if (_asked.Length > PackedKey.MaxLength) return;

        Span<int> places = stackalloc int[PackedKey.MaxLength];
        var count = 0;
        for (var i = 0; i < _asked.Length; i++)
        {
            if (Lookalike.Other(_asked[i]) != '\0') places[count++] = i;
        }
        Span<char> variant = stackalloc char[_asked.Length];
        for (var chosen = 1; chosen < 1 << count; chosen++)
        {
            _asked.CopyTo(variant);
            for (var i = 0; i < count; i++)
            {
                if ((chosen >> i & 1) != 0) variant[places[i]] = Lookalike.Other(_asked[places[i]]);
            }
            Look(issuer, variant, MatchStrength.NearOptical, singleOnly: true);
        }
    }

    private void Transposed(IssuingCode issuer)
    {
        Span<char> variant = stackalloc char[_asked.Length];
        for (var i = 0; i + 1 < _asked.Length; i++)
        {
            if (_asked[i] == _asked[i + 1]) continue;
            _asked.CopyTo(variant);
            (variant[i], variant[i + 1]) = (variant[i + 1], variant[i]);
            Look(issuer, variant, MatchStrength.NearTransposed);
        }
    }

    private void Substituted(IssuingCode issuer)
    {
        if (_asked.Length <= PackedKey.MaxLength && !index.Ranges.Lengths.Any(_asked.Length)) SubstitutedPacked(issuer);
        else SubstitutedSpelled(issuer);
    }

    /// <summary>The same without spelling what is not there: the keys are computed, and their places fetched, all at once.</summary>
    private void SubstitutedPacked(IssuingCode issuer)
    {
        Span<ulong> keys = stackalloc ulong[PackedKey.MaxLength * PackedKey.Others];
        keys = keys[..(_asked.Length * PackedKey.Others)];
        PackedKey.Substitute(PackedKey.Of(issuer, _asked), _asked, keys);
        _ = index.Fetch(keys);
        Span<char> variant = stackalloc char[_asked.Length];
        for (var i = 0; i < keys.Length; i++)
        {
            if (!index.Holds(keys[i])) continue;
            var (place, other) = (_asked.Length - 1 - i / PackedKey.Others, i % PackedKey.Others);
            _asked.CopyTo(variant);
            variant[place] = Alphabet[other < Alphabet.IndexOf(_asked[place]) ? other : other + 1];
            Look(issuer, variant, MatchStrength.NearSubstituted, singleOnly: true);
        }
    }

    private void SubstitutedSpelled(IssuingCode issuer)
    {
        Span<char> variant = stackalloc char[_asked.Length];
        _asked.CopyTo(variant);
        for (var i = 0; i < _asked.Length; i++)
        {
            foreach (var c in Alphabet)
            {
                if (c == _asked[i]) continue;
                variant[i] = c;
                Look(issuer, variant, MatchStrength.NearSubstituted);
            }
            variant[i] = _asked[i];
        }
    }

    private void Missing(IssuingCode issuer)
    {
        if (_asked.Length == DocumentNumber.MaxLength || !index.Has(_asked.Length + 1)) return;
        Span<char> variant = stackalloc char[_asked.Length + 1];
        for (var i = 0; i <= _asked.Length; i++)
        {
            _asked.AsSpan(0, i).CopyTo(variant);
            _asked.AsSpan(i).CopyTo(variant[(i + 1)..]);
            foreach (var c in Alphabet)
            {
                // Before an equal character gives the same number as after it.
                if (i < _asked.Length && c == _asked[i]) continue;
                variant[i] = c;
                Look(issuer, variant, MatchStrength.NearMissing);
            }
        }
    }

    private void Extra(IssuingCode issuer)
    {
        if (_asked.Length == 1 || !index.Has(_asked.Length - 1)) return;
        Span<char> variant = stackalloc char[_asked.Length - 1];
        for (var i = 0; i < _asked.Length; i++)
        {
            if (i > 0 && _asked[i] == _asked[i - 1]) continue;
            _asked.AsSpan(0, i).CopyTo(variant);
            _asked.AsSpan(i + 1).CopyTo(variant[i..]);
            Look(issuer, variant, MatchStrength.NearExtra);
        }
    }

    private void Look(IssuingCode issuer, ReadOnlySpan<char> variant, MatchStrength strength, bool singleOnly = false)
    {
        var found = singleOnly ? index.FindSingle(issuer, variant, _entries) : index.Find(issuer, variant, _entries);
        if (found == 0) return;
        if (found > _entries.Length)
        {
            _entries = new IndexEntry[found];
            found = Math.Min(found, singleOnly ? index.FindSingle(issuer, variant, _entries) : index.Find(issuer, variant, _entries));
        }
        var number = DocumentNumber.Parse(variant);
        var rank = RankOf(probe.CheckDigit, variant);
        foreach (var entry in _entries.AsSpan(0, Math.Min(found, _entries.Length)))
        {
            if (_class is null || entry.Class == _class) offer(new(issuer, number, entry, strength, rank));
        }
    }
}
