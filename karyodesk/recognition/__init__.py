"""The networks through ONNX Runtime, Hausdorff matching and Label Redistribution."""
