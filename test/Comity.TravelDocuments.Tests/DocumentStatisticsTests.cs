using Comity.Core.Members;
using Comity.TravelDocuments.Records;
using Comity.TravelDocuments.Statistics;
using Comity.TravelDocuments.Tests.Records;

namespace Comity.TravelDocuments.Tests;

public sealed class DocumentStatisticsTests
{
    [Fact]
    public void A_range_is_one_record_and_as_many_documents_as_it_has()
    {
        var range = Samples.Draft();
        (range.Kind, range.Number, range.Last) = ("stolenBlank", "A001", "A100");
        var disputed = Samples.Draft();
        disputed.DisputedSince = "2004-05-11";

        Assert.Equal(
            [
                new RecordCount(IssuingCode.Parse("UTO"), ReportKind.StolenBlank, 1, 100, 0),
                new RecordCount(IssuingCode.Parse("UTO"), ReportKind.Lost, 2, 2, 1),
            ],
            DocumentStatistics.Count([Samples.Create(Samples.Draft()), Samples.Create(range), Samples.Create(disputed)]));
    }

    [Fact]
    public void Checks_to_a_hit_are_told_only_where_there_was_a_hit()
    {
        Assert.Equal(50, (new CheckCount(90, 1, 0, 0) + new CheckCount(10, 1, 3, 4)).ChecksPerHit);
        Assert.Null(new CheckCount(10, 0, 0, 0).ChecksPerHit);
    }
}
