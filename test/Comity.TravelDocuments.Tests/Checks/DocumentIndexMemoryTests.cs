using Comity.Core.Members;
using Comity.TravelDocuments.Checks;

namespace Comity.TravelDocuments.Tests.Checks;

/// <summary>Alone, since it counts the bytes of the whole process.</summary>
[CollectionDefinition(nameof(DocumentIndexMemoryTests), DisableParallelization = true)]
[Collection(nameof(DocumentIndexMemoryTests))]
public sealed class DocumentIndexMemoryTests
{
    [Theory]
    [InlineData(10_000)]
    [InlineData(30_000)]
    [InlineData(250_000)]
    public void A_document_takes_at_most_32_bytes(int count)
    {
        var issuer = IssuingCode.Parse("UTO");
        var numbers = Enumerable.Range(0, count).Select(i => DocumentIndexTests.Single($"X{(uint)i * 2654435761 % 100_000_007:D8}")).ToArray();
        var before = GC.GetTotalMemory(forceFullCollection: true);

        var index = new DocumentIndex(seed: 3);
        for (var i = 0; i < count; i++) index.Add(issuer, numbers[i], DocumentIndexTests.Entry(i));

        var bytes = (GC.GetTotalMemory(forceFullCollection: true) - before) / (double)count;
        Assert.Equal(count, index.Count);
        GC.KeepAlive(numbers);
        Assert.InRange(bytes, 16, 32);
    }
}
