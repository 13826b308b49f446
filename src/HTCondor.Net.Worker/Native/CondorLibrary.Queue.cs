namespace HTCondor.Net.Worker.Native;

internal sealed unsafe partial class CondorLibrary
{
    public delegate* unmanaged<void*, int, byte, void*, byte*, void*> ConnectQueue { get; private set; }

    public delegate* unmanaged<void*, int> NewCluster { get; private set; }

    public delegate* unmanaged<int, int> NewProc { get; private set; }

    public delegate* unmanaged<NativeJobKey*, void*, uint, void*, byte*, int> SendJobAttributes { get; private set; }

    public delegate* unmanaged<void*, byte, void*, byte> DisconnectQueue { get; private set; }

    public delegate* unmanaged<byte*, byte*, byte*, uint, int> SetAttributeByConstraint { get; private set; }

    public delegate* unmanaged<void*, int, byte*, NativeTextList*, byte*, byte*, byte*, byte*, int, void*, void*> ActOnJobs
    {
        get;
        private set;
    }

    public delegate* unmanaged<void*, int, void**, void*, byte> SpoolJobFiles { get; private set; }

    public delegate* unmanaged<void*, byte*, void*, int*, byte> ReceiveJobSandbox { get; private set; }

    private void BindQueue(SymbolTable symbols)
    {
        ConnectQueue = (delegate* unmanaged<void*, int, byte, void*, byte*, void*>)symbols.Find("_Z8ConnectQR8DCScheddibP11CondorErrorPKc");
        NewCluster = (delegate* unmanaged<void*, int>)symbols.Find("_Z10NewClusterP11CondorError");
        NewProc = (delegate* unmanaged<int, int>)symbols.Find("_Z7NewProci");
        SendJobAttributes = (delegate* unmanaged<NativeJobKey*, void*, uint, void*, byte*, int>)symbols.Find(
            "_Z17SendJobAttributesRK10JOB_ID_KEYRKN7classad7ClassAdEjP11CondorErrorPKc");
        DisconnectQueue = (delegate* unmanaged<void*, byte, void*, byte>)symbols.Find("_Z11DisconnectQP16_Qmgr_connectionbP11CondorError");
        SetAttributeByConstraint =
            (delegate* unmanaged<byte*, byte*, byte*, uint, int>)symbols.Find("_Z24SetAttributeByConstraintPKcS0_S0_j");
        ActOnJobs = (delegate* unmanaged<void*, int, byte*, NativeTextList*, byte*, byte*, byte*, byte*, int, void*, void*>)symbols.Find(
            "_ZN8DCSchedd9actOnJobsE9JobActionPKcPKSt6vectorINSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEESaIS9_EE"
                + "S2_S2_S2_S2_20action_result_type_tP11CondorError");
        SpoolJobFiles = (delegate* unmanaged<void*, int, void**, void*, byte>)symbols.Find(
            "_ZN8DCSchedd13spoolJobFilesEiPPN7classad7ClassAdEP11CondorError");
        ReceiveJobSandbox =
            (delegate* unmanaged<void*, byte*, void*, int*, byte>)symbols.Find("_ZN8DCSchedd17receiveJobSandboxEPKcP11CondorErrorPi");
    }
}
