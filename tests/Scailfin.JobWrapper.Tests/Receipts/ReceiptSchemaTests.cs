using System.Text.Json;
using Scailfin.JobWrapper.Sites;
using Scailfin.JobWrapper.Tests.Conformance;
using Scailfin.Testing.Containers;

namespace Scailfin.JobWrapper.Tests.Receipts;

/// <summary>docs/receipt.schema.json says what receipts have: no member more, none less.</summary>
public sealed class ReceiptSchemaTests(HpcContainer site)
{
    [Fact]
    public async Task A_receipt_has_the_members_of_the_schema()
    {
        var target = new RuntimeTarget { Name = "schema", Profile = new SiteProfile { Runtimes = ["apptainer"] } };
        AttemptResult result =
            (await AttemptBatch.RunAsync(site, target, [new Scenario("one", "echo x >made; ln -s /etc/passwd out")]))["one"];
        using JsonDocument schema = JsonDocument.Parse(await File.ReadAllBytesAsync(
            Path.Combine(AppContext.BaseDirectory, "receipt.schema.json"), TestContext.Current.CancellationToken));
        using JsonDocument receipt = JsonDocument.Parse(
            await File.ReadAllBytesAsync(new WrapperFiles(result.Folder).Receipt, TestContext.Current.CancellationToken));
        Compare(schema.RootElement, receipt.RootElement);
        foreach (string list in (string[])["phases", "outputs"])
        {
            Assert.NotEmpty(receipt.RootElement.GetProperty(list).EnumerateArray());
            foreach (JsonElement item in receipt.RootElement.GetProperty(list).EnumerateArray())
                Compare(schema.RootElement.GetProperty("properties").GetProperty(list).GetProperty("items"), item);
        }
    }

    private static void Compare(JsonElement schema, JsonElement value)
    {
        string[] members = [.. value.EnumerateObject().Select(member => member.Name).Order(StringComparer.Ordinal)];
        Assert.Equal(
            schema.GetProperty("properties").EnumerateObject().Select(member => member.Name).Order(StringComparer.Ordinal), members);
        Assert.Equal(
            schema.GetProperty("required").EnumerateArray().Select(name => name.GetString()).Order(StringComparer.Ordinal), members);
    }
}
