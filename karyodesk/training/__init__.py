"""PyTorch: data, networks, training, export to ONNX. Not needed to run the program."""
