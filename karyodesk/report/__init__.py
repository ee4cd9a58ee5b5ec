"""Drawing a karyogram (screen, PNG and PDF alike) and the PDF report."""
