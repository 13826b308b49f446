using Scailfin.JobController.Parent;
using Scailfin.JobController.Settings;

namespace Scailfin.JobController.Tests.Parent;

public sealed class UwsgiFileTests
{
    [Theory]
    [InlineData("[uwsgi]\nhttp = 0.0.0.0:5000\nthreads = 2\n", "0.0.0.0:5000")]
    [InlineData("; a comment\n[uwsgi]\r\nmaster = true\r\nhttp=127.0.0.1:5001\r\n", "127.0.0.1:5001")]
    [InlineData("[uwsgi]\nhttp = :5000\n", "0.0.0.0:5000")]
    [InlineData("[uwsgi]\nhttp-socket = [::]:5000\n", "[::]:5000")]
    [InlineData("[other]\nhttp = 0.0.0.0:1\n[uwsgi]\n# http = 0.0.0.0:2\nhttp = 0.0.0.0:3\n", "0.0.0.0:3")]
    public void The_address_is_the_one_of_the_files_section(string text, string address) =>
        Assert.Equal(address, UwsgiFile.AddressOf("uwsgi.ini", text).ToString());

    [Theory]
    [InlineData("", "has no line 'http'")]
    [InlineData("http = 0.0.0.0:5000\n", "has no line 'http'")]
    [InlineData("[uwsgi]\nhttp = localhost:5000\n", "has http = 'localhost:5000'")]
    [InlineData("[uwsgi]\nhttp = 0.0.0.0\n", "has http = '0.0.0.0'")]
    [InlineData("[uwsgi]\nhttp = ::\n", "has http = '::'")]
    public void A_file_without_a_usable_address_is_refused_with_what_it_says(string text, string what) => Assert.Equal(
        $"The file 'uwsgi.ini' of uwsgi --ini {what}, but the section [uwsgi] must have a line such as http = 0.0.0.0:5000",
        Assert.Single(Assert.Throws<SettingsException>(() => UwsgiFile.AddressOf("uwsgi.ini", text)).Problems));

    [Fact]
    public void A_file_that_is_missing_is_refused_with_the_systems_words()
    {
        string problem = Assert.Single(Assert.Throws<SettingsException>(() => UwsgiFile.ReadAddress("/nowhere/uwsgi.ini")).Problems);
        Assert.StartsWith("The file '/nowhere/uwsgi.ini' of uwsgi --ini cannot be read: '", problem, StringComparison.Ordinal);
    }
}
