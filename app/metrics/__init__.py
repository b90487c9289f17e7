"""What an operator watches: counts of every process in files of the data folder, one page that shows them all."""
