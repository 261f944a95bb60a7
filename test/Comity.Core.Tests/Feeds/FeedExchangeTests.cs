using Comity.Core.Feeds;
using Comity.Core.Members;
using Comity.Core.Registers;
using Comity.Core.Tests.Network;

namespace Comity.Core.Tests.Feeds;

public sealed class FeedExchangeTests
{
    [Fact]
    public async Task What_is_published_is_found_by_its_audience_and_by_nobody_else()
    {
        using var nodes = new TestNodes();
        var owner = nodes[Parties.Utopia];
        await owner.PublishAsync(Audience.Of(Parties.Arcadia, Parties.Lyonesse), null, WhenThere.Refuse, new TestRecord(IssuingCode.Parse("UTO"), "1", "XAR,XLY", "a"));

        await nodes.RoundsAsync(2);

        Assert.Single(owner.Records.Records);
        Assert.Single(nodes[Parties.Arcadia].Records.Records);
        Assert.Single(nodes[Parties.Lyonesse].Records.Records);
        Assert.Empty(nodes[Parties.Ruritania].Records.Records);
        Assert.All(nodes.Places, place => Assert.Null(place.Verify().Fault));
    }
}
