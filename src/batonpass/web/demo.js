// The sample page hands what stands in its address to the widget as context: `/?journey=one-queue`. It is loaded
// before the widget, which reads the options of its own script when it starts.

const { dataset } = document.querySelector("script[data-context]");
dataset.context = JSON.stringify({ ...JSON.parse(dataset.context), ...Object.fromEntries(new URLSearchParams(location.search)) });
