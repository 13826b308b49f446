using System.Numerics;
using CsCheck;
using Scailfin.JobManagers.Kubernetes.Options;

namespace Scailfin.JobManagers.Kubernetes.Tests.Options;

public sealed class KubernetesQuantitiesTests
{
    [Theory]
    [InlineData("1", 1000)]
    [InlineData("0.1", 100)]
    [InlineData(".5", 500)]
    [InlineData("01", 1000)]
    [InlineData("1.5", 1500)]
    [InlineData("0.0001", 0)]
    [InlineData("0.29", 290)]
    [InlineData("1.9999", 1999)]
    [InlineData("1m", 1)]
    [InlineData("500m", 500)]
    [InlineData("500m\n", 500)]
    [InlineData("2\n", 2000)]
    public void Amounts_of_cpu(string text, int millicores) => Assert.Equal(millicores, KubernetesQuantities.Millicores(text));

    [Theory]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("0.0")]
    [InlineData("0m")]
    [InlineData("1.")]
    [InlineData("1.5m")]
    [InlineData("-1")]
    [InlineData("+1")]
    [InlineData("1e3")]
    [InlineData("1 ")]
    [InlineData(" 1")]
    [InlineData("1\n\n")]
    [InlineData("1\r\n")]
    [InlineData("1k")]
    [InlineData("one")]
    [InlineData(".")]
    [InlineData("\u0661")]
    public void What_is_no_amount_of_cpu(string text) => Assert.False(KubernetesQuantities.IsCpu(text));

    [Theory]
    [InlineData("0", "0")]
    [InlineData("4096", "4096")]
    [InlineData("4K", "4000")]
    [InlineData("4Ki", "4096")]
    [InlineData("4Gi", "4294967296")]
    [InlineData("1.5Gi", "1610612736")]
    [InlineData(".5Mi", "524288")]
    [InlineData("1M", "1000000")]
    [InlineData("1G", "1000000000")]
    [InlineData("1Ti", "1099511627776")]
    [InlineData("1P", "1000000000000000")]
    [InlineData("16Ei", "18446744073709551616")]
    [InlineData("4Gi\n", "4294967296")]
    public void Amounts_of_memory(string text, string bytes)
    {
        MemoryAmount amount = Assert.NotNull(KubernetesQuantities.Bytes(text));
        var expected = new MemoryAmount(BigInteger.Parse(bytes), 1);
        Assert.False(amount.IsMoreThan(expected) || expected.IsMoreThan(amount));
    }

    [Theory]
    [InlineData("4g")]
    [InlineData("4k")]
    [InlineData("1.5")]
    [InlineData("1e3")]
    [InlineData("100m")]
    [InlineData("4GiB")]
    [InlineData("")]
    [InlineData("Gi")]
    [InlineData("1.Gi")]
    [InlineData("-1Gi")]
    [InlineData("4 Gi")]
    [InlineData("4Gi\n\n")]
    public void What_is_no_amount_of_memory(string text) => Assert.False(KubernetesQuantities.IsMemory(text));

    [Fact]
    public void An_endless_number_is_no_amount()
    {
        Assert.False(KubernetesQuantities.IsCpu(new string('1', 1_000_000)));
        Assert.False(KubernetesQuantities.IsMemory(new string('1', 1_000_000)));
    }

    [Fact]
    public void Comparing_is_exact_where_floating_point_is_not()
    {
        Assert.True(More("9007199254740993", "9007199254740992"));
        Assert.True(More("0.1000000000000000000001Ki", "0.1Ki"));
        Assert.False(More("1Gi", "1024Mi"));
        Assert.True(More("1Gi", "1G"));
    }

    [Fact]
    public void Cores_written_with_three_decimals_are_as_many_millicores() => Gen.Int[1, 10_000_000].Sample(millicores =>
        KubernetesQuantities.Millicores($"{millicores}m") == millicores
        && KubernetesQuantities.Millicores($"{millicores / 1000}.{millicores % 1000:000}") == millicores);

    [Fact]
    public void Memory_compares_as_its_number_of_bytes() => Gen.Select(Gen.ULong, Gen.ULong).Sample((left, right) =>
        More($"{left}", $"{right}") == left > right && More($"{left}Ki", $"{right}Ki") == left > right);

    [Fact]
    public void A_decimal_unit_is_less_than_its_binary_one() =>
        Gen.Select(Gen.UInt[1, uint.MaxValue], Gen.Char["KMGTPE"]).Sample((number, unit) =>
            More($"{number}{unit}i", $"{number}{unit}") && !More($"{number}{unit}", $"{number}{unit}i"));

    [Fact]
    public void Any_text_is_an_amount_or_none_and_never_an_error() => Gen.String[Gen.Char["0123456789.mKMGi-e \n"], 0, 12].Sample(text =>
    {
        _ = KubernetesQuantities.Millicores(text);
        _ = KubernetesQuantities.Bytes(text);
    });

    private static bool More(string left, string right) =>
        KubernetesQuantities.Bytes(left)!.Value.IsMoreThan(KubernetesQuantities.Bytes(right)!.Value);
}
