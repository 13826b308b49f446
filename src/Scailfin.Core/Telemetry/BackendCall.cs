namespace Scailfin.Core.Telemetry;

/// <summary>A kind of backend call, by the name that metrics and traces use.</summary>
internal sealed class BackendCall
{
    public static readonly BackendCall Submit = new("submit");
    public static readonly BackendCall Find = new("find");
    public static readonly BackendCall Observe = new("observe");
    public static readonly BackendCall Apply = new("apply");
    public static readonly BackendCall Stop = new("stop");
    public static readonly BackendCall Collect = new("collect");
    public static readonly BackendCall Release = new("release");
    public static readonly BackendCall Explain = new("explain");
    public static readonly BackendCall List = new("list");

    private BackendCall(string name)
    {
        Name = name;
        SpanName = $"backend {name}";
    }

    public string Name { get; }

    public string SpanName { get; }
}
