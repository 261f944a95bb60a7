using Comity.Core.Access;

namespace Comity.Tests.Access;

/// <summary>What it takes to come somewhere.</summary>
/// <param name="Right">The right; None: whoever is known.</param>
/// <param name="Open">Whether it is there for everybody, known or not.</param>
/// <param name="Persons">Whether it is for officers only, not for systems.</param>
/// <param name="Body">What to send so that the question itself is sound.</param>
/// <param name="Other">Another right that does as well.</param>
/// <param name="Own">Whether the thing is for whoever proposed it alone, whatever rights another has.</param>
/// <param name="Session">Whether it takes a session: a token is refused as somebody without the right is.</param>
internal sealed record Needs(Rights Right, bool Open = false, bool Persons = false, string Body = "{}", Rights Other = Rights.None, bool Session = false, bool Own = false)
{
    public static readonly Needs Nothing = new(Rights.None, Open: true), Known = new(Rights.None), Person = new(Rights.None, Persons: true);

    public static readonly Needs Mine = new(Rights.None, Own: true);

    public static Needs To(Rights right, string body = "{}", Rights or = Rights.None) => new(right, Body: body, Other: or);

    public bool Allows(Rights rights) => Right == Rights.None || rights.HasFlag(Right) || (Other != Rights.None && rights.HasFlag(Other));
}

/// <summary>Every route, page and command, with what it takes. Whoever adds one adds a line here; without it a test fails.</summary>
internal static class RouteTable
{
    private const string Why = """{"reason":"a test"}""";

    public static readonly IReadOnlyDictionary<string, Needs> Routes = new Dictionary<string, Needs>(StringComparer.Ordinal)
    {
        ["GET /health"] = Needs.Nothing,
        ["GET /ready"] = Needs.Nothing,
        ["GET /openapi/{documentName}.json"] = Needs.Nothing,
        ["GET /assets/{file}"] = Needs.Nothing,

        ["POST /api/v1/session"] = Needs.Nothing,
        ["POST /api/v1/session/token"] = Needs.Nothing,
        ["POST /api/v1/session/passkey/options"] = Needs.Nothing,
        ["POST /api/v1/session/passkey"] = Needs.Nothing,
        ["DELETE /api/v1/session"] = Needs.Known,
        ["POST /api/v1/enrolment"] = Needs.Nothing,
        ["POST /api/v1/enrolment/password"] = Needs.Nothing,
        ["POST /api/v1/enrolment/passkey/options"] = Needs.Nothing,
        ["POST /api/v1/enrolment/passkey"] = Needs.Nothing,
        ["GET /api/v1/me"] = Needs.Person,
        ["POST /api/v1/me/language"] = new(Rights.None, Persons: true, Body: """{"language":"en"}"""),
        ["DELETE /api/v1/me/sessions"] = Needs.Person,
        ["DELETE /api/v1/me/sessions/{id}"] = Needs.Person,
        ["DELETE /api/v1/me/tokens/{id}"] = Needs.Person,
        ["DELETE /api/v1/me/passkeys/{id}"] = Needs.Person,
        ["POST /api/v1/me/passkeys/options"] = new(Rights.None, Session: true),
        ["POST /api/v1/me/passkeys"] = new(Rights.None, Session: true),

        ["GET /api/v1/status"] = Needs.Known,
        ["GET /api/v1/feeds"] = Needs.Known,
        ["POST /api/v1/feeds/pull"] = Needs.To(Rights.Operate),
        ["GET /api/v1/feeds/export"] = Needs.To(Rights.Operate),
        ["POST /api/v1/feeds/import"] = Needs.To(Rights.Operate),
        ["POST /api/v1/feeds/release"] = Needs.To(Rights.Operate),
        ["POST /api/v1/charters"] = Needs.To(Rights.Operate),
        ["POST /api/v1/notices"] = Needs.To(Rights.Operate),
        ["POST /api/v1/expiry"] = Needs.To(Rights.Operate),
        ["GET /api/v1/tokens"] = Needs.To(Rights.Operate),
        ["POST /api/v1/tokens"] = Needs.To(Rights.Operate),
        ["DELETE /api/v1/tokens/{id}"] = Needs.To(Rights.Operate),

        ["GET /api/v1/officers"] = Needs.To(Rights.Administer),
        ["POST /api/v1/officers"] = Needs.To(Rights.Administer),
        ["PUT /api/v1/officers/{id}"] = Needs.To(Rights.Administer),
        ["POST /api/v1/officers/{id}/reset"] = Needs.To(Rights.Administer, Why),
        ["POST /api/v1/officers/{id}/closure"] = Needs.To(Rights.Administer, Why),
        ["POST /api/v1/officers/{id}/unlock"] = Needs.To(Rights.Administer),
        ["GET /api/v1/desks"] = Needs.To(Rights.Administer),
        ["POST /api/v1/desks"] = Needs.To(Rights.Administer),

        ["GET /api/v1/approvals"] = Needs.Known,
        ["GET /api/v1/approvals/{id}"] = Needs.Known,
        ["POST /api/v1/approvals/{id}/approval"] = new(Rights.Approve, Persons: true),
        ["POST /api/v1/approvals/{id}/refusal"] = new(Rights.Approve, Persons: true),
        ["POST /api/v1/approvals/{id}/countersignature"] = new(Rights.Approve, Persons: true),
        ["POST /api/v1/approvals/{id}/objection"] = new(Rights.Approve, Persons: true),
        ["POST /api/v1/approvals/{id}/withdrawal"] = Needs.Mine,
        ["POST /api/v1/approvals/{id}/break-glass"] = Needs.Mine,
        ["POST /api/v1/approvals/{id}/look"] = Needs.Mine,

        ["GET /api/v1/ledger"] = Needs.To(Rights.Audit),
        ["GET /api/v1/ledger/search"] = Needs.To(Rights.Audit),
        ["GET /api/v1/ledger/{index}"] = Needs.To(Rights.Audit),
        ["POST /api/v1/ledger/proof"] = Needs.To(Rights.Audit),
        ["GET /api/v1/ledger/verification"] = Needs.To(Rights.Audit),
        ["POST /api/v1/ledger/asked"] = Needs.To(Rights.Protect),
        ["GET /api/v1/recovery"] = Needs.Known,
        ["POST /api/v1/recovery"] = Needs.To(Rights.Operate),
        ["POST /api/v1/recovery/epoch"] = Needs.To(Rights.Operate, Why),
        ["GET /api/v1/hits"] = Needs.To(Rights.Publish),
        ["POST /api/v1/hits/read"] = Needs.To(Rights.Publish),
        ["POST /api/v1/ledger/verification"] = Needs.To(Rights.Audit),
        ["GET /api/v1/ledger/{index}/proof"] = Needs.To(Rights.Audit),
        ["POST /api/v1/ledger/{index}/opening"] = Needs.To(Rights.Protect, Why),

        ["POST /api/v1/travel-documents/checks"] = Needs.To(Rights.Check, """{"purpose":"border-control","number":"X1"}"""),
        ["POST /api/v1/travel-documents/records"] = Needs.To(Rights.Publish, """{"records":[{"v":1,"issuer":"UTO","type":"P","number":"X1","kind":"lost","enteredBy":"Desk"}]}"""),
        ["GET /api/v1/travel-documents/records"] = Needs.To(Rights.Publish),
        ["POST /api/v1/travel-documents/withdrawals"] = Needs.To(Rights.Publish, """{"issuer":"UTO","number":"{id}"}"""),
        ["GET /api/v1/travel-documents/own"] = Needs.To(Rights.Publish),
        ["GET /api/v1/travel-documents/own/{id}"] = Needs.To(Rights.Publish),
        ["GET /api/v1/travel-documents/imports"] = Needs.To(Rights.Publish),
        ["POST /api/v1/travel-documents/imports"] = Needs.To(Rights.Publish),
        ["GET /api/v1/travel-documents/imports/{id}"] = Needs.To(Rights.Publish),
        ["POST /api/v1/travel-documents/stock"] = Needs.To(Rights.Publish),
        ["GET /api/v1/travel-documents/stock"] = Needs.To(Rights.Publish),
        ["GET /api/v1/travel-documents/statistics"] = Needs.To(Rights.Audit),

        ["PAGE /"] = Needs.Known,
        ["PAGE /language/{tag}"] = Needs.Nothing,
        ["PAGE /problem"] = Needs.Nothing,
        ["PAGE /realm"] = Needs.Known,
        ["PAGE /sign-in"] = Needs.Nothing,
        ["PAGE /sign-out"] = Needs.Nothing,
        ["PAGE /enrol"] = Needs.Nothing,
        ["PAGE /me"] = Needs.Person,
        ["PAGE /approvals/{handler}"] = Needs.Known,
        ["PAGE /accounts"] = Needs.To(Rights.Administer),
        ["PAGE /network"] = Needs.Known,
        ["PAGE /members"] = Needs.Known,
        ["PAGE /feeds/{handler}"] = Needs.Known,
        ["PAGE /hits"] = Needs.To(Rights.Publish),
        ["PAGE /ledger"] = Needs.To(Rights.Audit),
        ["PAGE /ledger/entry/{index}"] = Needs.To(Rights.Audit),
        ["PAGE /ledger/verify/{handler}"] = Needs.To(Rights.Audit),
        ["PAGE /ledger/asked"] = Needs.To(Rights.Protect),
        ["PAGE /documents/check"] = Needs.To(Rights.Check),
        ["PAGE /documents/own"] = Needs.To(Rights.Publish),
        ["PAGE /documents/own/{id}"] = Needs.To(Rights.Publish),
        ["PAGE /documents/publish"] = Needs.To(Rights.Publish),
        ["PAGE /documents/import"] = Needs.To(Rights.Publish),
        ["PAGE /documents/import/{id}"] = Needs.To(Rights.Publish),
        ["PAGE /documents/stock"] = Needs.To(Rights.Publish),
        ["PAGE /documents/statistics"] = Needs.To(Rights.Audit),
    };

    /// <summary>Every command that talks to a node, with what it takes and how it is called.</summary>
    public static readonly IReadOnlyDictionary<string, (Needs Needs, string Arguments)> Commands = new Dictionary<string, (Needs, string)>(StringComparer.Ordinal)
    {
        ["status"] = (Needs.Known, ""),
        ["sign-out"] = (Needs.Known, ""),
        ["sign-in"] = (Needs.Nothing, "--name nobody"),
        ["feed status"] = (Needs.Known, ""),
        ["feed pull"] = (Needs.To(Rights.Operate), ""),
        ["feed export"] = (Needs.To(Rights.Operate), "XAR {new}"),
        ["feed import"] = (Needs.To(Rights.Operate), "{file}"),
        ["feed release"] = (Needs.To(Rights.Operate), "1 --reason x"),
        ["charter take"] = (Needs.To(Rights.Operate), "{file}"),
        ["notice take"] = (Needs.To(Rights.Operate), "{file}"),
        ["ledger list"] = (Needs.To(Rights.Audit), ""),
        ["ledger search"] = (Needs.To(Rights.Audit), ""),
        ["ledger show"] = (Needs.To(Rights.Audit), "0"),
        ["ledger walk"] = (Needs.To(Rights.Audit), ""),
        ["ledger asked"] = (Needs.To(Rights.Protect), "travel-documents X1"),
        ["recover"] = (Needs.To(Rights.Operate), ""),
        ["epoch propose"] = (Needs.To(Rights.Operate), "--reason x"),
        ["hits list"] = (Needs.To(Rights.Publish), ""),
        ["hits read"] = (Needs.To(Rights.Publish), "1"),
        ["ledger prove"] = (Needs.To(Rights.Audit), "0 --out {new}"),
        ["officer list"] = (Needs.To(Rights.Administer), ""),
        ["officer propose"] = (Needs.To(Rights.Administer), "--name new.one --desk d --role auditor --reason x"),
        ["officer change"] = (Needs.To(Rights.Administer), "o-1 --name new.one --desk d --role auditor --reason x"),
        ["officer propose-reset"] = (Needs.To(Rights.Administer), "o-1 --reason x"),
        ["officer close"] = (Needs.To(Rights.Administer), "o-1 --reason x"),
        ["officer unlock"] = (Needs.To(Rights.Administer), "o-1"),
        ["desk list"] = (Needs.To(Rights.Administer), ""),
        ["desk add"] = (Needs.To(Rights.Administer), "Some-desk"),
        ["approval list"] = (Needs.Known, ""),
        ["approval show"] = (Needs.Known, "a-1"),
        ["approval approve"] = (new(Rights.Approve, Persons: true), "a-1"),
        ["approval refuse"] = (new(Rights.Approve, Persons: true), "a-1"),
        ["approval countersign"] = (new(Rights.Approve, Persons: true), "a-1"),
        ["approval object"] = (new(Rights.Approve, Persons: true), "a-1"),
        ["approval withdraw"] = (Needs.Known, "a-1"),
        ["approval break-glass"] = (Needs.Known, "a-1 --reason x"),
        ["approval look"] = (Needs.Known, "a-1"),
        ["approval open-detail"] = (Needs.To(Rights.Protect), "0 --reason x"),
        ["approval expire"] = (Needs.To(Rights.Operate), ""),
        ["documents check"] = (Needs.To(Rights.Check), "UTO X1"),
        ["documents publish"] = (Needs.To(Rights.Publish), "UTO X1 --kind lost --entered-by Desk"),
        ["documents amend"] = (Needs.To(Rights.Publish), "UTO X1 --kind lost --entered-by Desk"),
        ["documents withdraw"] = (Needs.To(Rights.Publish), "UTO X1"),
        ["documents import"] = (Needs.To(Rights.Publish), "{records}"),
        ["documents export"] = (Needs.To(Rights.Publish), "{new} --form csv"),
        ["documents inventory"] = (Needs.To(Rights.Publish), ""),
        ["documents stats"] = (Needs.To(Rights.Audit), ""),
    };
}
