using System.Buffers;
using System.Text.Json;
using Comity.Core.Access;

namespace Comity.Core.Ledger;

/// <summary>One line of the ledger: what the node did, when, for whom, without personal data.</summary>
/// <remarks>
/// The leaf is this object as JSON (docs/protocol/ledger.md). What would name a person or a document is in the detail: a
/// salted body whose digest the leaf holds and which is erased when its time is over; the leaf and its proof stay.
/// </remarks>
public sealed class LedgerNote
{
    private readonly ArrayBufferWriter<byte> _buffer = new(256);
    private readonly Utf8JsonWriter _json;
    private byte[]? _detail;
    private byte[]? _tag;

    /// <summary>Begins a note.</summary>
    /// <param name="kind">One of <see cref="LedgerKind"/>.</param>
    /// <param name="at">When.</param>
    /// <param name="by">Who: an officer's or a token's id and desk, never a name; and the officer behind a personal token.</param>
    public LedgerNote(string kind, DateTimeOffset at, Actor by)
    {
        _json = new Utf8JsonWriter(_buffer);
        _json.WriteStartObject();
        _json.WriteNumber("v", 1);
        _json.WriteString("kind", kind);
        _json.WriteString("at", at.UtcDateTime);
        _json.WriteString("by", by.Id);
        _json.WriteString("desk", by.Desk);
        if (by.Person is { } person && person != by.Id)
        {
            _json.WriteString("person", person);
        }
    }

    /// <summary>The detail as a salted body, or null.</summary>
    public byte[]? Detail => _detail;

    /// <summary>By what the entry is found again, or null; see <see cref="WhoAsked"/>.</summary>
    public byte[]? Tag => _tag;

    /// <summary>Adds a fact.</summary>
    public LedgerNote With(string name, string? value)
    {
        if (value is not null)
        {
            _json.WriteString(name, value);
        }

        return this;
    }

    /// <summary>Adds a number.</summary>
    public LedgerNote With(string name, long value)
    {
        _json.WriteNumber(name, value);
        return this;
    }

    /// <summary>Adds names in the order given.</summary>
    public LedgerNote With(string name, IEnumerable<string> values)
    {
        _json.WriteStartArray(name);
        foreach (var value in values)
        {
            _json.WriteStringValue(value);
        }

        _json.WriteEndArray();
        return this;
    }

    /// <summary>Adds bytes as base64url.</summary>
    public LedgerNote With(string name, ReadOnlySpan<byte> value) => With(name, System.Buffers.Text.Base64Url.EncodeToString(value));

    /// <summary>Adds what must be erasable: the leaf gets its digest as <c>commitment</c>, the store keeps it sealed.</summary>
    /// <param name="body">A salted body.</param>
    public LedgerNote WithDetail(byte[] body)
    {
        _detail = body;
        return With("commitment", SaltedBody.Digest(body));
    }

    /// <summary>Lets the entry be found by what it is about, as long as its detail is kept. Nothing of it stands in the leaf.</summary>
    /// <param name="tag">Of <see cref="WhoAsked.TagOf"/>; null where it is about nothing that has a name.</param>
    public LedgerNote About(byte[]? tag)
    {
        _tag = tag;
        return this;
    }

    /// <summary>The leaf. Call once, last.</summary>
    public byte[] ToLeaf()
    {
        _json.WriteEndObject();
        _json.Flush();
        return _buffer.WrittenSpan.ToArray();
    }
}

/// <summary>The kinds of ledger entries. Once written a kind keeps its meaning.</summary>
public static class LedgerKind
{
    /// <summary>Somebody asked whether something is in a register.</summary>
    public const string Check = "check";

    /// <summary>A partner's node asked this one.</summary>
    public const string QueryAnswered = "query-answered";

    /// <summary>Records were published or amended, many at a time.</summary>
    public const string Published = "published";

    /// <summary>A record was withdrawn.</summary>
    public const string Withdrawn = "withdrawn";

    /// <summary>Records expired and were deleted.</summary>
    public const string Expired = "expired";

    /// <summary>Records of a feed were handed to a partner.</summary>
    public const string Disclosed = "disclosed";

    /// <summary>A partner's feed entries were verified and stored.</summary>
    public const string TakenIn = "taken-in";

    /// <summary>Bodies of a partner's records were erased here.</summary>
    public const string Erased = "erased";

    /// <summary>Bodies were found here though nothing in force had them, and were erased.</summary>
    public const string ErasedLate = "erased-late";

    /// <summary>A partner signed that it has erased.</summary>
    public const string ErasureReceipt = "erasure-receipt";

    /// <summary>An envelope was sent and its receipt came.</summary>
    public const string Sent = "sent";

    /// <summary>An envelope was taken in.</summary>
    public const string Received = "received";

    /// <summary>A feed can no longer be trusted.</summary>
    public const string Quarantined = "quarantined";

    /// <summary>An operator let a feed go on.</summary>
    public const string Released = "released";

    /// <summary>Two checkpoints of one log contradict each other.</summary>
    public const string ForkFound = "fork-found";

    /// <summary>A charter came into force here.</summary>
    public const string Charter = "charter";

    /// <summary>A revocation, suspension or rotation came into force here.</summary>
    public const string Notice = "notice";

    /// <summary>A token was made.</summary>
    public const string TokenMade = "token-made";

    /// <summary>A token was revoked.</summary>
    public const string TokenRevoked = "token-revoked";

    /// <summary>A feed was written to a file for a partner.</summary>
    public const string Exported = "exported";

    /// <summary>A feed was taken in from a file.</summary>
    public const string Imported = "imported";

    /// <summary>Strangers were turned away: a count.</summary>
    public const string Refusals = "refusals";

    /// <summary>Somebody looked who asked about a subject.</summary>
    public const string LookedWhoAsked = "looked-who-asked";

    /// <summary>A partner told of a hit on own records.</summary>
    public const string HitNotice = "hit-notice";

    /// <summary>All logs were walked against the database.</summary>
    public const string Verified = "verified";

    /// <summary>Entries of an own feed came back from a partner.</summary>
    public const string Recovered = "recovered";

    /// <summary>An operator went on without a partner's word on this node's own past.</summary>
    public const string WentOnWithout = "went-on-without";

    /// <summary>The node started.</summary>
    public const string Started = "started";

    /// <summary>A desk was declared.</summary>
    public const string DeskDeclared = "desk-declared";

    /// <summary>An officer's account was made.</summary>
    public const string OfficerMade = "officer-made";

    /// <summary>An officer's desk, roles or purposes were changed.</summary>
    public const string OfficerChanged = "officer-changed";

    /// <summary>An officer's account was closed.</summary>
    public const string OfficerClosed = "officer-closed";

    /// <summary>An officer was given a one-time code to choose new credentials.</summary>
    public const string EnrolmentOpened = "enrolment-opened";

    /// <summary>An officer chose credentials, or gave one up.</summary>
    public const string Credential = "credential";

    /// <summary>An officer signed in.</summary>
    public const string SignedIn = "signed-in";

    /// <summary>An account has to wait after failed attempts to sign in, or need not any more.</summary>
    public const string LockedOut = "locked-out";

    /// <summary>An act that needs two persons was proposed.</summary>
    public const string Proposed = "proposed";

    /// <summary>A second person decided on a proposal, its proposer took it back, or its time was over: <c>state</c> says which.</summary>
    public const string Decided = "decided";

    /// <summary>Somebody alone did what needs two persons.</summary>
    public const string BrokenGlass = "broken-glass";

    /// <summary>A second person countersigned what was done alone, or objected to it: <c>state</c> says which.</summary>
    public const string Closed = "closed";

    /// <summary>Something happened to a request between States: an event was made here or taken in.</summary>
    public const string RequestEvent = "request-event";

    /// <summary>Somebody read what was said in a request, or began, changed or discarded a draft: <c>act</c> says which.</summary>
    public const string RequestDesk = "request-desk";

    /// <summary>What was said in a request was erased: its time was over.</summary>
    public const string RequestErased = "request-erased";

    /// <summary>What an approval opened was looked at.</summary>
    public const string Looked = "looked";
}
