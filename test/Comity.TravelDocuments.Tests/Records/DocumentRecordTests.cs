using System.Text;
using Comity.TravelDocuments.Records;
using FsCheck;
using FsCheck.Fluent;

namespace Comity.TravelDocuments.Tests.Records;

public sealed class DocumentRecordTests
{
    [Fact]
    public void A_record_is_read_back_as_it_was_written_and_to_the_same_bytes() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(500), Prop.ForAll(Samples.Records.ToArbitrary(), record =>
        {
            var bytes = DocumentJson.Write(record);
            return DocumentJson.TryRead(bytes, out var back, out _) && back == record && DocumentJson.Write(back).SequenceEqual(bytes);
        }));

    [Fact]
    public void A_record_is_written_so()
    {
        var draft = Samples.Draft();
        (draft.Kind, draft.Number, draft.Last, draft.Country, draft.Date) = ("stolenBlank", "ab 0001", "AB-0500", "xly", "2004-05");

        Assert.Equal(
            """{"v":1,"issuer":"UTO","type":"P","number":"AB0001","last":"AB0500","kind":"stolenBlank","country":"XLY","date":"2004-05","enteredBy":"Passport office, document desk"}""",
            Encoding.UTF8.GetString(DocumentJson.Write(Samples.Create(draft))));
    }

    [Fact]
    public void Properties_of_a_later_version_are_kept_and_sorted()
    {
        var record = Read("""{"zeta": [1, {"a": null}], "v":1,"issuer":"UTO","type":"P","number":"L898902C3","kind":"lost","enteredBy":"Desk", "alpha":"é"}""");

        Assert.Equal("""{"alpha":"é","zeta":[1,{"a":null}]}""", record.Unknown);
        Assert.EndsWith(""","enteredBy":"Desk","alpha":"é","zeta":[1,{"a":null}]}""", Encoding.UTF8.GetString(DocumentJson.Write(record)), StringComparison.Ordinal);
        Assert.Equal(record, Read(Encoding.UTF8.GetString(DocumentJson.Write(record))));
    }

    [Theory]
    [InlineData("", "json")]
    [InlineData("null", "json")]
    [InlineData("[]", "json")]
    [InlineData("{", "json")]
    [InlineData("{} x", "json")]
    [InlineData("""{"v":1,"v":1}""", "json")]
    [InlineData("""{"v":1,"x":{"y":1,"y":2}}""", "json")]
    [InlineData("""{"v":1,"x":[[[[[[[[[[1]]]]]]]]]]}""", "json")]
    [InlineData("""{"v":1,"number":123}""", "number")]
    [InlineData("""{"v":"1"}""", "v")]
    [InlineData("""{"v":1,"crit":["sealed"]}""", "crit")]
    [InlineData("""{"v":1,"x":"\ud800"}""", "json")]
    [InlineData("{\"v\":1,\"number\":\"\\udc00\"}", "number")]
    public void Bad_json_is_refused_and_the_field_named(string json, string field)
    {
        Assert.False(DocumentJson.TryRead(Encoding.UTF8.GetBytes(json), out _, out var faults));
        Assert.Contains(field, faults.Select(f => f.Field));
        Assert.All(faults, f => Assert.NotEqual("", f.Reason));
    }

    [Fact]
    public void A_record_of_too_many_bytes_is_refused()
    {
        var json = Encoding.UTF8.GetBytes($$"""{"v":1,"x":"{{new string('a', DocumentJson.MaxBytes)}}"}""");

        Assert.False(DocumentJson.TryRead(json, out _, out var faults));
        Assert.Contains("longer than", Assert.Single(faults).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Mutated_json_never_throws_and_always_says_why()
    {
        var mutation =
            from record in Samples.Records
            from at in Gen.Choose(0, 1000)
            from with in Gen.Choose(0, 255)
            from cut in Gen.Choose(0, 3)
            select Mutate(DocumentJson.Write(record), at, (byte)with, cut);

        Check.One(Config.QuickThrowOnFailure.WithMaxTest(5000), Prop.ForAll(mutation.ToArbitrary(), bytes =>
            DocumentJson.TryRead(bytes, out var record, out var faults)
                ? faults.Count == 0 && DocumentJson.TryRead(DocumentJson.Write(record), out var back, out _) && back == record
                : faults.Count > 0 && faults.All(f => f.Field.Length > 0 && f.Reason.Length > 0)));
    }

    [Fact]
    public void Every_missing_field_is_named_at_once()
    {
        Assert.False(DocumentRecord.TryCreate(new() { Version = 1 }, out _, out var faults));
        Assert.Equal(["enteredBy", "issuer", "kind", "number", "type"], faults.Select(f => f.Field).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("revoked", "ground")]
    [InlineData("revoked", "contest")]
    [InlineData("invalid", "ground")]
    public void Who_revokes_says_on_what_ground_and_how_it_is_contested(string kind, string field) =>
        AssertRefused(d => d.Kind = kind, field);

    [Fact]
    public void Only_blanks_are_reported_as_a_range_and_blanks_have_no_dates()
    {
        AssertRefused(d => (d.Number, d.Last) = ("A1", "A9"), "last");
        AssertRefused(d => (d.Kind, d.Issued) = ("stolenBlank", "2004-01-01"), "issued");
        AssertRefused(d => (d.Kind, d.Expires) = ("stolenBlank", "2004-01-01"), "expires");
        AssertRefused(d => (d.Issued, d.Expires) = ("2004-01-02", "2004-01-01"), "expires");
        AssertRefused(d => d.DisputeNote = "the holder found it", "disputedSince");
        AssertRefused(d => d.Version = 2, "v");
    }

    [Theory]
    [InlineData("P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<")]
    [InlineData("see L898902C36UTO7408122F1204159ZE184226B in file")]
    [InlineData("reported by a.person@example.org")]
    [InlineData("holder, date of birth 12.08.1974")]
    [InlineData("DOB: 740812")]
    [InlineData("titulaire née le 12 août")]
    [InlineData("bell\u0007")]
    [InlineData("\u202Etxet")]
    public void Text_that_seems_to_name_somebody_or_to_hide_something_is_refused(string text)
    {
        AssertRefused(d => d.Circumstances = text, "circumstances");
        AssertRefused(d => d.Ground = text, "ground");
    }

    [Theory]
    [InlineData("abandonné le 3 mai")]
    [InlineData("taken at gate B12 <north> @ noon")]
    [InlineData("two boxes\r\nof 250")]
    public void Plain_text_is_welcome(string text)
    {
        var draft = Samples.Draft();
        draft.Circumstances = text;

        Assert.Equal(text.Replace("\r\n", "\n", StringComparison.Ordinal), Samples.Create(draft).Circumstances);
    }

    [Fact]
    public void Text_has_a_limit()
    {
        AssertRefused(d => d.Circumstances = new('a', 501), "circumstances");
        var draft = Samples.Draft();
        draft.Circumstances = new('a', 500);
        Samples.Create(draft);
    }

    [Fact]
    public void Records_are_about_the_same_document_by_issuer_class_and_number()
    {
        var (a, b, range) = (Samples.Draft(), Samples.Draft(), Samples.Draft());
        (b.Type, b.Number, b.Kind) = ("PD", "l898902c3<", "stolen");
        (range.Kind, range.Number, range.Last) = ("stolenBlank", "A001", "A100");

        Assert.Equal("UTO|P|L898902C3", Samples.Create(a).NaturalKey);
        Assert.Equal("UTO|P|L898902C3", Samples.Create(b).NaturalKey);
        Assert.Equal("UTO|P|A001-A100", Samples.Create(range).NaturalKey);
    }

    private static void AssertRefused(Action<DocumentDraft> change, string field)
    {
        var draft = Samples.Draft();
        change(draft);
        Assert.False(DocumentRecord.TryCreate(draft, out _, out var faults));
        Assert.Contains(field, faults.Select(f => f.Field));
    }

    private static DocumentRecord Read(string json)
    {
        Assert.True(DocumentJson.TryRead(Encoding.UTF8.GetBytes(json), out var record, out var faults), string.Join("; ", faults));
        return record;
    }

    private static byte[] Mutate(byte[] bytes, int at, byte with, int cut)
    {
        at %= bytes.Length;
        if (cut == 0) return bytes[..at];
        if (cut == 1) return [.. bytes[..at], .. bytes[(at + 1)..]];
        if (cut == 2) return [.. bytes[..at], with, .. bytes[at..]];
        bytes[at] = with;
        return bytes;
    }
}
