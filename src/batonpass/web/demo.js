// The sample page hands what stands in its address to the widget as context: `/?journey=one-queue`. It is loaded
// before the widget, whose element reads its attributes when it starts.

const widget = document.querySelector("batonpass-widget");
const context = JSON.parse(widget.getAttribute("context"));
for (const [name, value] of new URLSearchParams(location.search)) context[name] = value;
widget.setAttribute("context", JSON.stringify(context));
