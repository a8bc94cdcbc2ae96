using Microsoft.AspNetCore.Components;

namespace AutoDevOps.Server.Ui;

/// <summary>A page that reads what it shows before it is drawn at all.</summary>
/// <remarks>A component that reads in <c>OnInitializedAsync</c> is drawn once before the answer is there, with nothing in its fields;
/// on a server that sends a page when it is complete, that drawing is for nobody.</remarks>
public abstract class LoadedPage : ComponentBase
{
    [CascadingParameter] public required HttpContext Http { get; set; }

    public override async Task SetParametersAsync(ParameterView parameters)
    {
        parameters.SetParameterProperties(this);
        await LoadAsync();
        await base.SetParametersAsync(ParameterView.Empty);
    }

    protected abstract Task LoadAsync();
}
